package io.github.hardenedhttp.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which hosts may be asked for on which connection, from MVC and from WebFlux, over
 * HTTP/1.1 and HTTP/2.
 */
class CertificateHostRuleTests {

	private static final TestCertificates certificate = TestCertificates.ecdsa("www.example.org", "*.example.com",
			"xn--bcher-kva.example", "192.0.2.7", "2001:db8::7");

	private static Map<WebApplicationType, TestServer> servers;

	@TempDir
	private static Path shared;

	@TempDir
	private Path directory;

	@BeforeAll
	static void start() {
		String[] properties = bundle("web", certificate, shared, "server.ssl.bundle=web");
		servers = Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.collect(Collectors.toMap((type) -> type,
					(type) -> TestServer.startWith(type, List.of(Meters.class), properties)));
	}

	@AfterAll
	static void stop() {
		servers.values().forEach(TestServer::close);
	}

	@ParameterizedTest
	@ValueSource(strings = { "www.example.org", "WWW.Example.ORG", "www.example.org.", "www.example.org:8443",
			"www.example.org.:443", "a.example.com", "A.EXAMPLE.com.:1", "xn--bcher-kva.example",
			"XN--Bcher-KVA.example", "192.0.2.7", "192.0.2.7:443", "[2001:db8::7]", "[2001:DB8:0:0::7]:443" })
	void aHostTheCertificateCoversIsServed(String host) throws IOException {
		assertThat(statuses(host)).containsOnly(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "evil.example", "example.org", "example.com", "a.b.example.com",
			"www.example.org.evil.example", "*.example.com", ".example.com", "localhost", "192.0.2.8", "127.0.0.2",
			"[2001:db8::8]", "[::1]", "0x7f000001" })
	void anyOtherIsMisdirected(String host) throws IOException {
		assertThat(statuses(host)).containsOnly(421);
	}

	@ParameterizedTest
	@ValueSource(strings = { "www.example.org, evil.example", "www.example.org@evil.example", "www.example.org:x",
			"www.example.org.." })
	void whatIsNoHostIsNotServed(String host) throws IOException {
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port())) {
				assertThat(get(client, host)).isIn(400, 421);
			}
		}
	}

	private static List<Integer> statuses(String host) throws IOException {
		List<Integer> statuses = new ArrayList<>();
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port())) {
				statuses.add(get(client, host));
				assertThat(get(client, "www.example.org")).as("the connection can be used on").isEqualTo(200);
			}
			try (Http2Client client = Http2Client.honest(server.port())) {
				statuses.add(get(client, 1, host));
				assertThat(get(client, 3, "www.example.org")).isEqualTo(200);
			}
		}
		return statuses;
	}

	@Test
	void manyNamesOfAWildcardAreAllServedAndNoOther() throws IOException {
		try (Http2Client client = Http2Client.honest(servers.get(WebApplicationType.SERVLET).port())) {
			int stream = 1;
			for (int round = 0; round < 2; round++) {
				for (int name = 0; name < 250; name++, stream += 2) {
					assertThat(get(client, stream, "a" + name + ".example.com")).isEqualTo(200);
				}
				assertThat(get(client, stream, "a1.b.example.com")).isEqualTo(421);
				stream += 2;
			}
		}
	}

	@Test
	void theHostOfAnAbsoluteTargetCounts() throws IOException {
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port())) {
				client.send("GET https://evil.example/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n");
				assertThat(status(client.readResponse())).isEqualTo(421);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "www.example.org.evil.example", "evilwww.example.org", "evil.example/www.example.org",
			"www.example.org@evil.example", "www.example.org:1@evil.example" })
	void anAbsoluteTargetThatOnlyContainsTheHostIsRefused(String target) throws IOException {
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port())) {
				client.send("GET https://" + target + "/hello HTTP/1.1\r\nHost: www.example.org\r\n\r\n");
				assertThat(status(client.readResponse())).isEqualTo(400);
			}
		}
	}

	@Test
	void theAddressOneIsConnectedToIsServedToWhoNamedNobody() throws IOException {
		for (TestServer server : servers.values()) {
			String own = "127.0.0.1:" + server.port();
			try (TestClient probe = TestClient.tls(server.port());
					Http2Client http2 = Http2Client.honest(server.port());
					TestClient named = TestClient.tls(server.port(), naming("www.example.org"))) {
				assertThat(get(probe, own)).isEqualTo(200);
				assertThat(get(http2, 1, own)).isEqualTo(200);
				assertThat(get(named, own)).isEqualTo(421);
				assertThat(get(named, "www.example.org")).isEqualTo(200);
			}
		}
	}

	@Test
	void whoNamesNobodyMayAskForNoOtherHostEither() throws IOException {
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port(), naming("evil.example"))) {
				assertThat(get(client, "evil.example")).isEqualTo(421);
				assertThat(get(client, "www.example.org")).isEqualTo(200);
			}
		}
	}

	@Test
	void withoutAHostThereIsNothingToJudge() throws IOException {
		for (TestServer server : servers.values()) {
			try (TestClient client = TestClient.tls(server.port())) {
				assertThat(status(client.send("GET /hello HTTP/1.0\r\n\r\n").readResponse())).isEqualTo(200);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void aResumedSessionKnowsItsCertificate(String protocol) throws IOException {
		for (TestServer server : servers.values()) {
			SSLContext context = TestClient.trustingAnybody();
			long first = 0;
			for (int round = 0; round < 2; round++) {
				try (TestClient client = TestClient.tls(server.port(), context, (parameters) -> {
					parameters.setProtocols(new String[] { protocol });
					naming("www.example.org").accept(parameters);
				})) {
					assertThat(get(client, "www.example.org")).isEqualTo(200);
					assertThat(get(client, "evil.example")).isEqualTo(421);
					long created = client.session().getCreationTime();
					assertThat(created).as("resumed").isEqualTo((round == 0) ? created : first);
					first = created;
				}
			}
		}
	}

	@Test
	void eachConnectionHasTheHostsOfItsOwnCertificate() throws IOException {
		TestCertificates other = TestCertificates.ecdsa("other.example");
		try (TestServer server = TestServer
			.start(concat(bundle("web", certificate, this.directory, "server.ssl.bundle=web"),
					bundle("other", other, Files.createDirectory(this.directory.resolve("other")),
							"server.ssl.server-name-bundles[0].server-name=other.example",
							"server.ssl.server-name-bundles[0].bundle=other")));
				TestClient web = TestClient.tls(server.port(), naming("www.example.org"));
				TestClient client = TestClient.tls(server.port(), naming("other.example"))) {
			assertThat(client.serverCertificate()).isEqualTo(other.certificate());
			assertThat(get(client, "other.example")).isEqualTo(200);
			assertThat(get(client, "www.example.org")).isEqualTo(421);
			assertThat(get(web, "other.example")).isEqualTo(421);
			assertThat(get(web, "www.example.org")).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "localhost", "LOCALHOST.", "localhost:8443", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:1" })
	void theSelfSignedCertificateCoversThisMachine(String host) throws IOException {
		try (TestServer server = TestServer.start(); TestClient client = TestClient.tls(server.port())) {
			assertThat(get(client, host)).isEqualTo(200);
			assertThat(get(client, "evil.example")).isEqualTo(421);
		}
	}

	@Test
	void whatIsRefusedIsCounted() throws IOException {
		TestServer server = servers.get(WebApplicationType.SERVLET);
		double before = count(server, "hardened.requests.rejected");
		try (TestClient client = TestClient.tls(server.port())) {
			assertThat(client.send(request("evil.example")).readResponse())
				.startsWith("HTTP/1.1 421 Misdirected Request\r\n");
		}
		assertThat(awaitCount(server, "hardened.requests.rejected", before + 1)).isEqualTo(before + 1);
	}

	@Test
	void whoOnlyObservesServesItAndCounts() throws IOException {
		try (TestServer server = TestServer.startWith(List.of(Meters.class), "hardened.mode=observe");
				TestClient client = TestClient.tls(server.port())) {
			assertThat(get(client, "evil.example")).isEqualTo(200);
			assertThat(awaitCount(server, "hardened.spared", 1)).isOne();
		}
	}

	@Test
	void itCanBeTurnedOff() throws IOException {
		try (TestServer server = TestServer.start("hardened.tls.sni-host-check=false");
				TestClient client = TestClient.tls(server.port())) {
			assertThat(get(client, "evil.example")).isEqualTo(200);
		}
	}

	@Test
	void withoutTlsOfOursEveryHostIsServed() throws IOException {
		try (TestServer server = TestServer.start("hardened.tls.enabled=false",
				"hardened.certificate.self-signed=false"); TestClient client = TestClient.plain(server.port())) {
			assertThat(get(client, "evil.example")).isEqualTo(200);
			assertThat(
					status(client.send("GET /hello HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Proto: https\r\n\r\n")
						.readResponse()))
				.isEqualTo(200);
		}
	}

	private static int get(TestClient client, String host) throws IOException {
		return status(client.send(request(host)).readResponse());
	}

	private static String request(String host) {
		return "GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
	}

	private static int get(Http2Client client, int stream, String host) {
		client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, stream,
				Http2Client.headersTo(host, "GET", "/hello"));
		return client.response(stream).status();
	}

	private static int status(String response) {
		return Integer.parseInt(response.substring(9, 12));
	}

	private static Consumer<SSLParameters> naming(String host) {
		return (parameters) -> parameters.setServerNames(List.of(new SNIHostName(host)));
	}

	private static String[] bundle(String name, TestCertificates certificate, Path directory, String... more) {
		PemFiles pem = certificate.writePem(directory);
		return concat(more, "hardened.certificate.self-signed=false",
				"spring.ssl.bundle.pem." + name + ".keystore.certificate=" + pem.certificate(),
				"spring.ssl.bundle.pem." + name + ".keystore.private-key=" + pem.privateKey());
	}

	private static String[] concat(String[] first, String... second) {
		return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
	}

	/**
	 * What is read may be a tenth of a second old.
	 */
	private static double awaitCount(TestServer server, String meter, double expected) {
		await().atMost(Duration.ofSeconds(10)).until(() -> count(server, meter) >= expected);
		return count(server, meter);
	}

	private static double count(TestServer server, String meter) {
		return server.bean(MeterRegistry.class).get(meter).tag("reason", "misdirected").functionCounter().count();
	}

	@Configuration(proxyBeanMethods = false)
	static class Meters {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

}
