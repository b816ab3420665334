package io.github.hardenedhttp.management;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.github.hardenedhttp.connection.ForcedCloseEvent;
import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TlsProbe;
import io.github.hardenedhttp.timeout.TimeoutAutoConfiguration;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whoever reaches the management port meets the same guard, and not that of the
 * application.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class ManagementServerTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String[] DEADLINES = { "hardened.timeout.handshake=3s", "hardened.timeout.read-header=3s",
			"hardened.timeout.read=1s", "hardened.timeout.write=1s", "hardened.timeout.idle=1s" };

	private static final String HEALTH = "/actuator/health";

	private static final String UP = "{\"status\":\"UP\"}";

	private static final String HALF = "GET /actuator/health HTTP/1.1\r\nHost: loc";

	private final List<SlowClient> clients = new ArrayList<>();

	private final TestCertificates certificate = TestCertificates.ecdsa("localhost");

	@TempDir
	private Path directory;

	@AfterEach
	void closeAll() {
		SlowClient.closeAll(this.clients);
	}

	// Deadlines

	@ParameterizedTest
	@CsvSource({ "SERVLET,false", "SERVLET,true", "REACTIVE,false", "REACTIVE,true" })
	void whoKeepsItWaitingIsCutAtTheDeadline(WebApplicationType type, boolean tls, CapturedOutput output) {
		try (TestManagement management = TestManagement.start(type, concat(DEADLINES, tls ? tls() : plain()))) {
			int logged = output.getAll().length();
			SlowClient silent = add(SlowClient.connect(management.port()));
			SlowClient header = connect(management, tls).drip(HALF, Duration.ofMillis(200));
			SlowClient body = connect(management, tls).send("POST /actuator/slow HTTP/1.1\r\nHost: localhost\r\n"
					+ "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
			SlowClient reader = connect(management, tls).get("/actuator/large");
			SlowClient idle = connect(management, tls);
			assertThat(idle.get(HEALTH).response().text()).isEqualTo(UP);
			for (SlowClient client : this.clients) {
				if (client != reader && client != body) {
					assertThat(client.awaitEnding(SOON)).isNotEqualTo(Ending.NONE);
				}
			}
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(management.forcedCloses()).extracting(ForcedCloseEvent::reason)
					.containsExactlyInAnyOrder(tls ? CloseReason.HANDSHAKE_TIMEOUT : CloseReason.HEADER_TIMEOUT,
							CloseReason.HEADER_TIMEOUT, CloseReason.READ_TIMEOUT, CloseReason.WRITE_TIMEOUT));
			assertThat(management.forcedCloses()).allSatisfy((event) -> {
				assertThat(event.listener()).isEqualTo("management");
				assertThat(event.age()).isBetween(Duration.ofMillis(900), SOON);
			});
			assertThat(silent.local()).isNotNull();
			assertThat(header.local()).isNotNull();
			assertThat(output.getAll().substring(logged)).doesNotContain(" WARN ").doesNotContain("ERROR ");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET,false", "SERVLET,true", "REACTIVE,false", "REACTIVE,true" })
	void whoReadsSlowlyButSteadilyIsServed(WebApplicationType type, boolean tls) throws Exception {
		try (TestManagement management = TestManagement.start(type, concat(DEADLINES, tls ? tls() : plain()))) {
			SlowClient reader = add(
					tls ? SlowClient.tls(management.port(), 8192) : SlowClient.connect(management.port(), 8192));
			reader.get("/actuator/large");
			byte[] bytes = new byte[64 * 1024];
			long start = System.nanoTime();
			int received = 0;
			while (received < TestManagement.Large.SIZE) {
				int count = reader.read(bytes);
				assertThat(count).as("after %d bytes", received).isPositive();
				received += count;
				// Three seconds in all, of which the server waits most.
				long due = start + Duration.ofSeconds(3).toNanos() * received / TestManagement.Large.SIZE;
				Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
			}
			assertThat(management.forcedCloses()).isEmpty();
		}
	}

	@Test
	void observingItCountsAndEndsNothing(CapturedOutput output) {
		try (TestManagement management = TestManagement.start(concat(DEADLINES, "hardened.mode=observe"))) {
			SlowClient silent = add(SlowClient.connect(management.port()));
			await().atMost(SOON).until(() -> management.count("hardened.spared", "reason", "header-timeout") == 1);
			assertThat(silent.get(HEALTH).response().text()).isEqualTo(UP);
			assertThat(management.forcedCloses()).isEmpty();
			assertThat(output).contains("The management server listens on all addresses");
			assertThat(isReached("127.0.0.2", management)).isTrue();
		}
	}

	// Caps

	/**
	 * Whoever is evicted at once sees that before it is connected.
	 */
	private void attack(int port) {
		try {
			add(SlowClient.connect(port));
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasCauseInstanceOf(SocketException.class);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void anAttackOnTheApplicationTakesNothingFromIt(WebApplicationType type) {
		try (TestManagement management = TestManagement.start(type, "hardened.connection.max=50")) {
			SlowClient scraper = add(SlowClient.connect(management.port()));
			assertThat(scraper.get(HEALTH).response().text()).isEqualTo(UP);
			for (int number = 0; number < 300; number++) {
				attack(management.publicPort());
			}
			await().atMost(SOON)
				.until(() -> management.count("hardened.connections.closed", "reason", "evicted") >= 250);
			assertThat(scraper.get(HEALTH).response().text()).as("the one that was idle").isEqualTo(UP);
			assertThat(management.get(HEALTH).text()).as("a new one").isEqualTo(UP);
			await().atMost(SOON).until(() -> management.open("https") <= 50);
			assertThat(management.forcedCloses()).extracting(ForcedCloseEvent::listener).containsOnly("https");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void anAttackOnItTakesNothingFromTheApplication(WebApplicationType type) {
		try (TestManagement management = TestManagement.start(type)) {
			SlowClient visitor = add(SlowClient.tls(management.publicPort()));
			assertThat(visitor.get("/hello").response().text()).isEqualTo("hello");
			for (int number = 0; number < 300; number++) {
				attack(management.port());
			}
			await().atMost(SOON)
				.until(() -> management.count("hardened.connections.closed", "reason", "evicted") >= 200);
			assertThat(visitor.get("/hello").response().text()).as("the one that was idle").isEqualTo("hello");
			assertThat(management.get(HEALTH).text()).as("an operator").isEqualTo(UP);
			await().atMost(SOON).until(() -> management.open("management") <= 100);
			assertThat(management.forcedCloses()).extracting(ForcedCloseEvent::listener).containsOnly("management");
		}
	}

	@Test
	void requestsThatRunOnItTakeNoThreadOfTheApplication() {
		try (TestManagement management = TestManagement.start("server.undertow.threads.worker=2",
				"hardened.timeout.max-waiting-workers=0", "hardened.timeout.body-buffer=0B")) {
			SlowClient visitor = add(SlowClient.tls(management.publicPort()));
			assertThat(visitor.get("/hello").response().text()).as("the first takes longer").isEqualTo("hello");
			for (int number = 0; number < 4; number++) {
				add(SlowClient.connect(management.port())).get("/actuator/slow");
			}
			awaitState(management, 4, ConnectionState.ACTIVE);
			assertThat(visitor.get("/hello").response().text()).isEqualTo("hello");
			assertThat(guard(management).connections()).as("They still run")
				.extracting(GuardedConnection::state)
				.containsOnly(ConnectionState.ACTIVE)
				.hasSize(4);
		}
	}

	// TLS

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void itsTlsKeepsThePolicy(WebApplicationType type) throws Exception {
		try (TestManagement management = TestManagement.start(type, tls())) {
			assertThat(probe(management).version(TlsProbe.TLS_1_1).ask().refused()).isTrue();
			assertThat(
					probe(management).suites("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256")
						.ask()
						.refused())
				.isTrue();
			assertThat(probe(management).groups("secp521r1", "x448", "ffdhe2048").ask().refused()).isTrue();
			assertThat(probe(management)
				.suites("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
				.ask()
				.suite()).as("the server's order").isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
			try (TestClient client = tls12(management)) {
				assertThat(client.serverCertificate()).isEqualTo(this.certificate.certificate());
				assertThat(client.get(HEALTH)).startsWith("HTTP/1.1 200")
					.contains("Strict-Transport-Security: max-age=63072000");
			}
			try (TestClient client = tls12(management)) {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
					client.renegotiate();
					client.get(HEALTH);
				});
			}
			try (TestClient visitor = TestClient.tls(management.publicPort())) {
				assertThat(visitor.serverCertificate()).as("has its own certificate")
					.isNotEqualTo(this.certificate.certificate());
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void itAnswersOverHttp1AndHttp2(WebApplicationType type) throws Exception {
		try (TestManagement management = TestManagement.start(type, tls());
				SlowClient http1 = SlowClient.tls(management.port())) {
			assertThat(http1.get(HEALTH).response().text()).isEqualTo(UP);
			var response = TestClient.http2()
				.send(TestClient.get(management.port(), HEALTH), HttpResponse.BodyHandlers.ofString());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(response.body()).isEqualTo(UP);
			await().atMost(SOON).until(() -> management.open("management") == 2);
		}
	}

	@Test
	void theTlsOfTheServerIsInheritedWithItsPolicy() throws Exception {
		try (TestManagement management = TestManagement.start(bundle("server.ssl.bundle=own"))) {
			assertThat(probe(management).groups("secp521r1", "ffdhe2048").ask().refused()).isTrue();
			assertThat(probe(management).suites("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA").ask().refused()).isTrue();
			try (TestClient client = tls12(management)) {
				assertThat(client.serverCertificate()).isEqualTo(this.certificate.certificate());
				assertThat(client.get(HEALTH)).startsWith("HTTP/1.1 200");
			}
		}
	}

	@Test
	void aCertificateIsReplacedForBoth() throws Exception {
		TestCertificates next = TestCertificates.ecdsa("localhost");
		try (TestManagement management = TestManagement
			.start(concat(bundle("server.ssl.bundle=own"), "spring.ssl.bundle.pem.own.reload-on-update=true",
					"spring.ssl.bundle.watch.file.quiet-period=200ms"))) {
			next.writePem(this.directory);
			for (int port : new int[] { management.port(), management.publicPort() }) {
				await().atMost(Duration.ofSeconds(20)).until(() -> {
					try (TestClient client = TestClient.tls(port)) {
						return client.serverCertificate().equals(next.certificate());
					}
				});
			}
		}
	}

	@Test
	void aWeakerListOfItsOwnStopsTheStart(CapturedOutput output) {
		PemFiles pem = this.certificate.writePem(this.directory);
		FailedStart failure = FailedStart.of(output,
				concat(plain(), "management.server.port=0", "management.server.ssl.certificate=" + pem.certificate(),
						"management.server.ssl.certificate-private-key=" + pem.privateKey(),
						"management.server.ssl.ciphers=TLS_RSA_WITH_AES_128_GCM_SHA256"));
		assertThat(failure.description()).contains("'management.server.ssl.ciphers'", "does not allow");
	}

	@Test
	void tlsWithoutACertificateStopsTheStart(CapturedOutput output) {
		PemFiles pem = this.certificate.writePem(this.directory);
		FailedStart failure = FailedStart.of(output, "hardened.certificate.self-signed=false",
				"server.ssl.certificate=" + pem.certificate(), "server.ssl.certificate-private-key=" + pem.privateKey(),
				"management.server.port=0", "management.server.ssl.enabled=true");
		assertThat(failure.description()).contains("'management.server.ssl.enabled'", "no certificate");
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void onlyHostsOfItsCertificateAreServed(WebApplicationType type) throws Exception {
		try (TestManagement management = TestManagement.start(type, tls());
				TestClient client = TestClient.tls(management.port())) {
			assertThat(client.send("GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n".formatted(HEALTH)).readResponse())
				.startsWith("HTTP/1.1 421");
			assertThat(client.get(HEALTH)).startsWith("HTTP/1.1 200");
		}
		try (TestManagement management = TestManagement.start(type);
				TestClient client = TestClient.plain(management.port())) {
			assertThat(client.send("GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n".formatted(HEALTH)).readResponse())
				.startsWith("HTTP/1.1 200");
		}
	}

	// Address

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void onlyThisMachineReachesIt(WebApplicationType type, CapturedOutput output) {
		try (TestManagement management = TestManagement.start(type)) {
			assertThat(management.get(HEALTH).text()).isEqualTo(UP);
			assertThat(isReached("127.0.0.2", management)).isFalse();
			assertThat(output).contains(
					"The management server listens on 127.0.0.1 only, since 'management.server.address' is not set");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theAddressThatIsSetHolds(WebApplicationType type) {
		try (TestManagement management = TestManagement.start(type, "management.server.address=0.0.0.0")) {
			assertThat(management.get(HEALTH).text()).isEqualTo(UP);
			assertThat(isReached("127.0.0.2", management)).isTrue();
		}
	}

	// Meters

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void bothAreInOneBook(WebApplicationType type) {
		try (TestManagement management = TestManagement.start(type)) {
			SlowClient scraper = add(SlowClient.connect(management.port()));
			assertThat(scraper.get(HEALTH).response().text()).isEqualTo(UP);
			SlowClient visitor = add(SlowClient.tls(management.publicPort()));
			assertThat(visitor.get("/hello").response().text()).isEqualTo("hello");
			add(SlowClient.connect(management.port())).close();
			await().atMost(SOON).until(() -> management.count("hardened.connections.closed") == 1);
			assertThat(management.open("management")).isOne();
			assertThat(management.open("https")).isOne();
			assertThat(management.open(null)).isEqualTo(2);
			assertThat(management.count("hardened.connections.opened")).isEqualTo(3);
			assertThat(management.count("hardened.connections.closed", "reason", "client")).isOne();
			assertThat(scraper.get("/actuator/connections").response().text()).contains(
					"{\"open\":1,\"opened\":1,\"max\"",
					"\"management\":{\"open\":1,\"opened\":2,\"max\":{\"connections\":100",
					"{\"listener\":\"management\",\"protocol\":\"http/1.1\",\"state\":\"active\",\"count\":1}");
		}
	}

	// The end

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void bothAreDrainedAndItAnswersLonger(WebApplicationType type) {
		TestManagement management = TestManagement.start(type, "server.shutdown=graceful");
		try {
			SlowClient scraper = add(SlowClient.connect(management.port()));
			assertThat(scraper.get(HEALTH).response().text()).isEqualTo(UP);
			SlowClient visitor = add(SlowClient.tls(management.publicPort())).get("/think?millis=3000");
			awaitState(management.server().bean(Guard.class), 1, ConnectionState.ACTIVE);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(management::close);
			await().atMost(SOON).until(() -> management.server().bean(Guard.class).isDraining());
			assertThat(management.get(HEALTH).status()).as("a newcomer, while the application drains").isEqualTo(200);
			SlowClient.Response health = scraper.get("/actuator/slow").response();
			assertThat(health.text()).isEqualTo("at last");
			scraper.get("/actuator/slow");
			assertThat(visitor.response().text()).isEqualTo("thought");
			SlowClient.Response last = scraper.response();
			assertThat(last.text()).isEqualTo("at last");
			assertThat(last.headers()).containsEntry("connection", "close");
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
		}
		finally {
			management.close();
		}
	}

	// On and off

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void withoutHardeningItIsAsBootMakesIt(WebApplicationType type) {
		try (TestManagement management = TestManagement.start(type, "hardened.enabled=false")) {
			assertThat(management.get(HEALTH).text()).isEqualTo(UP);
			assertThat(isReached("127.0.0.2", management)).isTrue();
			assertThat(management.context().getBeanProvider(Guard.class).stream()).isEmpty();
		}
	}

	@Test
	void whatTheApplicationExcludesItHasNeither() {
		try (TestManagement management = TestManagement
			.start("spring.autoconfigure.exclude=" + TimeoutAutoConfiguration.class.getName())) {
			assertThat(management.get(HEALTH).text()).isEqualTo(UP);
			assertThat(management.context().containsBean("deadlines")).isFalse();
			assertThat(guard(management).connections()).isNotNull();
		}
	}

	private SlowClient connect(TestManagement management, boolean tls) {
		return add(tls ? SlowClient.tls(management.port()) : SlowClient.connect(management.port()));
	}

	private SlowClient add(SlowClient client) {
		this.clients.add(client);
		return client;
	}

	private static boolean isReached(String address, TestManagement management) {
		try (Socket socket = new Socket(address, management.port())) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static Guard guard(TestManagement management) {
		return management.context().getBean(Guard.class);
	}

	private static void awaitState(TestManagement management, int count, ConnectionState state) {
		awaitState(guard(management), count, state);
	}

	private static void awaitState(Guard guard, int count, ConnectionState state) {
		BooleanSupplier condition = () -> guard.connections()
			.stream()
			.map(GuardedConnection::state)
			.filter(state::equals)
			.count() == count;
		await().atMost(SOON).until(condition::getAsBoolean);
	}

	private static TlsProbe probe(TestManagement management) {
		return TlsProbe.of(management.port());
	}

	private static TestClient tls12(TestManagement management) throws IOException {
		return TestClient.tls(management.port(), (offer) -> offer.setProtocols(new String[] { "TLSv1.2" }));
	}

	private static String[] plain() {
		return new String[] {};
	}

	private String[] tls() {
		return bundle("management.server.ssl.bundle=own");
	}

	private String[] bundle(String... more) {
		PemFiles pem = this.certificate.writePem(this.directory);
		return concat(more, "spring.ssl.bundle.pem.own.keystore.certificate=" + pem.certificate(),
				"spring.ssl.bundle.pem.own.keystore.private-key=" + pem.privateKey());
	}

	private static String[] concat(String[] first, String... second) {
		return Stream.concat(Stream.of(first), Stream.of(second)).toArray(String[]::new);
	}

}
