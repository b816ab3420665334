package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What Pebble does not do: limits, terms that change, renewal information. The rest is in
 * {@code AcmeIT}.
 */
class AcmeAuthorityTests {

	private static final WantedCertificate WANTED = new WantedCertificate("acme", List.of("one.example"));

	private HttpServer server;

	private URI base;

	private boolean renewalInfo;

	private Response newAccount = new Response(500, "", "");

	private final Memory memory = new Memory();

	private final List<String> orders = new CopyOnWriteArrayList<>();

	private volatile String issued = "";

	private volatile boolean downloadable;

	private volatile Response olderOrder = problem(404, "malformed", "No such order");

	private volatile String olderCertificate = "";

	private volatile Thread interrupted;

	private final CountDownLatch done = new CountDownLatch(1);

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.base = URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.done.countDown();
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		exchange.getResponseHeaders().set("Replay-Nonce", "bm9uY2U");
		String path = exchange.getRequestURI().getPath();
		if (path.equals("/dir")) {
			String renewal = this.renewalInfo ? ", \"renewalInfo\": \"%s/renewal\"".formatted(this.base) : "";
			new Response(200, "application/json", """
					{"newNonce": "%1$s/nonce", "newAccount": "%1$s/account", "newOrder": "%1$s/order"%2$s}"""
				.formatted(this.base, renewal)).send(exchange);
		}
		else if (path.startsWith("/renewal/")) {
			exchange.getResponseHeaders().set("Retry-After", "3600");
			new Response(200, "application/json", """
					{"suggestedWindow": {"start": "2031-01-02T00:00:00Z", "end": "2031-01-04T00:00:00Z"}}""")
				.send(exchange);
		}
		else if (path.equals("/account")) {
			exchange.getResponseHeaders().set("Retry-After", "7200");
			exchange.getResponseHeaders().set("Location", this.base + "/account/1");
			exchange.getResponseHeaders().set("Link", "<https://ca.example/terms>;rel=\"terms-of-service\"");
			this.newAccount.send(exchange);
		}
		else if (path.equals("/order")) {
			this.orders.add("ready");
			exchange.getResponseHeaders().set("Location", orderLocation(this.orders.size()));
			order(201, this.orders.size()).send(exchange);
		}
		else if (path.startsWith("/order/")) {
			int number = Integer.parseInt(path.substring(7));
			interrupt();
			((number > 0) ? order(200, number) : this.olderOrder).send(exchange);
		}
		else if (path.startsWith("/finalize/")) {
			int number = Integer.parseInt(path.substring(10));
			this.issued = issue(exchange.getRequestBody().readAllBytes());
			this.orders.set(number - 1, "valid");
			order(200, number).send(exchange);
		}
		else if (path.equals("/certificate/0")) {
			pem(this.olderCertificate).send(exchange);
		}
		else if (path.startsWith("/certificate/")) {
			(this.downloadable ? pem(this.issued) : new Response(503, "text/html", "")).send(exchange);
		}
		else {
			new Response(200, "", "").send(exchange);
		}
	}

	private void interrupt() {
		if (this.interrupted != null) {
			this.interrupted.interrupt();
			try {
				this.done.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private String orderLocation(int number) {
		return this.base + "/order/" + number;
	}

	private Response order(int status, int number) {
		return order(status, number, this.orders.get(number - 1));
	}

	private Response order(int status, int number, String state) {
		return new Response(status, "application/json", """
				{"status": "%1$s", "identifiers": [{"type": "dns", "value": "one.example"}], "authorizations": [],
				"finalize": "%2$s/finalize/%3$d", "certificate": "%2$s/certificate/%3$d"}""".formatted(state, this.base,
				number));
	}

	private static Response pem(String certificate) {
		return new Response(200, "application/pem-certificate-chain", certificate);
	}

	private static String issue(byte[] message) {
		try {
			String payload = new String(message, StandardCharsets.US_ASCII)
				.replaceAll("(?s).*\"payload\":\"([^\"]*)\".*", "$1");
			String json = new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.US_ASCII);
			PKCS10CertificationRequest request = new PKCS10CertificationRequest(
					Base64.getUrlDecoder().decode(json.replaceAll("(?s).*\"csr\":\"([^\"]*)\".*", "$1")));
			return issue(request.getSubjectPublicKeyInfo());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String issue(SubjectPublicKeyInfo key) {
		try {
			KeyPair issuer = CertificateKeys.generate();
			return Pem.of(List.of(new JcaX509CertificateConverter()
				.getCertificate(new X509v3CertificateBuilder(new X500Name("CN=authority"), BigInteger.valueOf(4711),
						Date.from(Instant.now().minusSeconds(60)), Date.from(Instant.now().plus(Duration.ofDays(90))),
						new X500Name("CN=one.example"), key)
					.addExtension(Extension.subjectAlternativeName, false,
							new GeneralNames(new GeneralName(GeneralName.dNSName, "one.example")))
					.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())))));
		}
		catch (IOException | GeneralSecurityException | OperatorCreationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "valid", "ready" })
	void anOrderThatWasStoppedIsGoneOnWith(String state) throws Exception {
		this.newAccount = account();
		assertThat(order().result()).isEqualTo(OrderResult.UNREACHABLE);
		assertThat(this.orders).containsExactly("valid");
		this.orders.set(0, state);
		String issued = this.issued;
		this.downloadable = true;
		StoredCertificate certificate = authority().order(CertificateKeys.generate(), WANTED, null, this.memory);
		assertThat(this.orders).containsExactly("valid");
		assertThat(Pem.of(certificate.chain())).isEqualTo(this.issued);
		if (state.equals("valid")) {
			assertThat(this.issued).isEqualTo(issued);
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "404", "<html>", "pending", "invalid", "another key", "saved", "other domains", "unreachable" })
	void anOrderThatLeadsNowhereIsFollowedByAnother(String obstacle) throws Exception {
		this.newAccount = account();
		this.downloadable = true;
		KeyPair key = CertificateKeys.generate();
		KeyPair certified = obstacle.equals("another key") ? CertificateKeys.generate() : key;
		this.olderCertificate = issue(SubjectPublicKeyInfo.getInstance(certified.getPublic().getEncoded()));
		if (obstacle.equals("<html>")) {
			this.olderOrder = new Response(404, "text/html", "<html>");
		}
		else if (obstacle.equals("other domains")) {
			this.olderOrder = new Response(200, "application/json",
					order(200, 0, "ready").body().replace("one.example", "two.example"));
		}
		else if (!obstacle.equals("404")) {
			this.olderOrder = order(200, 0, obstacle.matches("pending|invalid") ? obstacle : "valid");
		}
		// Nobody listens on port 1.
		String location = obstacle.equals("unreachable") ? "http://127.0.0.1:1/order/0" : orderLocation(0);
		this.memory.order = new StartedOrder(URI.create(location), key);
		X509Certificate replaced = obstacle.equals("saved") ? Pem.certificates(this.olderCertificate).get(0) : null;
		StoredCertificate certificate = authority().order(CertificateKeys.generate(), WANTED, replaced, this.memory);
		assertThat(Pem.of(certificate.chain())).isEqualTo(this.issued);
		assertThat(this.orders).containsExactly("valid");
		assertThat(this.memory.order.location()).hasToString(orderLocation(1));
	}

	@Test
	void anInterruptionIsNoReasonForAnotherOrder() throws Exception {
		this.newAccount = account();
		this.memory.order = new StartedOrder(URI.create(orderLocation(0)), CertificateKeys.generate());
		this.interrupted = Thread.currentThread();
		try {
			assertThat(OrderFailedException.isInterruption(order())).isTrue();
			assertThat(this.orders).isEmpty();
		}
		finally {
			// JUnit's thread is not to know.
			Thread.interrupted();
		}
	}

	private Response account() {
		return new Response(201, "application/json", "{\"status\": \"valid\"}");
	}

	@Test
	void aRateLimitComesWithItsEnd() throws Exception {
		this.newAccount = problem(429, "rateLimited", "too many\\nnew orders.");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.RATE_LIMITED);
		assertThat(failure.retryAfter()).isBetween(Instant.now().plusSeconds(7100), Instant.now().plusSeconds(7201));
		assertThat(failure.explanation()).isEqualTo("The authority limits orders: too many new orders. "
				+ "Nothing but waiting helps. 'letsencrypt-staging' has wider limits for trying out.");
	}

	@Test
	void termsThatHaveChangedSayWhereTheyAre() throws Exception {
		this.newAccount = problem(403, "userActionRequired", "Terms have changed");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.ACTION_REQUIRED);
		assertThat(failure)
			.hasMessage("The authority wants something of you: Terms have changed, terms at https://ca.example/terms");
	}

	@Test
	void anAuthorityThatIsNotWellIsOneThatCannotBeReached() throws Exception {
		this.newAccount = problem(500, "serverInternal", "database down");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.UNREACHABLE);
		assertThat(failure).hasMessage("The authority is not well: database down");
	}

	@Test
	void aRefusalIsSaidInItsWords() throws Exception {
		this.newAccount = problem(403, "unauthorized", "account is deactivated");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.REJECTED);
		assertThat(failure).hasMessage("The authority refuses: account is deactivated");
	}

	@Test
	void whatIsNoAcmeIsNoAuthority() throws Exception {
		this.newAccount = new Response(200, "text/html", "<html>maintenance</html>");
		assertThat(order().result()).isEqualTo(OrderResult.UNREACHABLE);
		this.newAccount = new Response(503, "text/html", "<html>maintenance</html>");
		assertThat(order().result()).isEqualTo(OrderResult.UNREACHABLE);
	}

	@Test
	void renewalInformationIsReadWhereThereIsSome() throws Exception {
		this.renewalInfo = true;
		Instant now = Instant.now();
		RenewalWindow window = authority().renewalWindow(certificateThatNamesItsIssuer(now)).orElseThrow();
		assertThat(window.start()).isEqualTo("2031-01-02T00:00:00Z");
		assertThat(window.end()).isEqualTo("2031-01-04T00:00:00Z");
		assertThat(window.at(0.5)).isEqualTo("2031-01-03T00:00:00Z");
		assertThat(window.askAgain()).isBetween(now.plusSeconds(3590), Instant.now().plusSeconds(3601));
	}

	@Test
	void withoutRenewalInformationThereIsNoWindow() throws Exception {
		assertThat(authority().renewalWindow(new FakeAuthority().certificate("one.example").certificate())).isEmpty();
	}

	private static X509Certificate certificateThatNamesItsIssuer(Instant now) throws Exception {
		KeyPair issuer = CertificateKeys.generate();
		return new JcaX509CertificateConverter()
			.getCertificate(new JcaX509v3CertificateBuilder(new X500Name("CN=authority"), BigInteger.valueOf(4711),
					Date.from(now), Date.from(now.plus(Duration.ofDays(90))), new X500Name("CN=one.example"),
					CertificateKeys.generate().getPublic())
				.addExtension(Extension.authorityKeyIdentifier, false,
						new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublic()))
				.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
	}

	private OrderFailedException order() throws Exception {
		KeyPair account = CertificateKeys.generate();
		return assertThatExceptionOfType(OrderFailedException.class)
			.isThrownBy(() -> authority().order(account, WANTED, null, this.memory))
			.actual();
	}

	private AcmeAuthority authority() {
		AcmePlan plan = new AcmePlan(this.base.resolve("/dir"), List.of(WANTED), List.of(), 0.33, Duration.ofMinutes(1),
				null, null);
		return new AcmeAuthority(plan, new OpenChallenges(), () -> null, Clock.systemUTC());
	}

	private static Response problem(int status, String type, String detail) {
		return new Response(status, "application/problem+json", """
				{"type": "urn:ietf:params:acme:error:%s", "detail": "%s"}""".formatted(type, detail));
	}

	private static final class Memory implements OrderMemory {

		private StartedOrder order;

		@Override
		public Optional<StartedOrder> recall() {
			return Optional.ofNullable(this.order);
		}

		@Override
		public void remember(StartedOrder order) {
			this.order = order;
		}

	}

	/**
	 * A response.
	 *
	 * @param status the status
	 * @param type the content type
	 * @param body the body
	 */
	private record Response(int status, String type, String body) {

		void send(HttpExchange exchange) throws IOException {
			byte[] bytes = this.body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", this.type);
			boolean head = exchange.getRequestMethod().equals("HEAD");
			exchange.sendResponseHeaders(this.status, head ? -1 : bytes.length);
			if (!head) {
				exchange.getResponseBody().write(bytes);
			}
			exchange.close();
		}

	}

}
