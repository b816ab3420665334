package io.github.hardenedhttp.hsts;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import io.github.hardenedhttp.testsupport.TestCertificates;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.ProxyPeerAddressHandler;
import io.undertow.util.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The handler alone, on a server with a plain and a TLS listener that believes
 * {@code X-Forwarded-Proto}.
 */
class HstsHandlerTests {

	@TempDir
	private Path directory;

	private final TestCertificates certificates = TestCertificates.ecdsa("localhost", "127.0.0.1");

	private Undertow server;

	@BeforeEach
	void start() throws Exception {
		HstsPolicy policy = new HstsPolicy(Duration.ofDays(730), false, false);
		this.server = Undertow.builder()
			.addHttpListener(0, "127.0.0.1")
			.addHttpsListener(0, "127.0.0.1", serverContext())
			.setServerOption(UndertowOptions.ENABLE_HTTP2, true)
			.setHandler(new ProxyPeerAddressHandler(new HstsHandler(policy, HstsHandlerTests::answer)))
			.build();
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop();
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void overTlsTheHeaderIsThere(Version version) throws Exception {
		HttpResponse<String> response = get("https", version, "/");
		assertThat(response.version()).isEqualTo(version);
		assertThat(hsts(response)).containsExactly("max-age=63072000");
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void overAPlainConnectionItIsNot(Version version) throws Exception {
		HttpResponse<String> response = get("http", version, "/");
		assertThat(response.body()).isEqualTo("http");
		assertThat(response.version()).isEqualTo(version);
		assertThat(hsts(response)).isEmpty();
	}

	@Test
	void aPlainRequestThatClaimsToBeSecureDoesNotGetIt() throws Exception {
		HttpResponse<String> response = get("http", Version.HTTP_1_1, "/", "X-Forwarded-Proto", "https");
		assertThat(response.body()).as("scheme the exchange believes").isEqualTo("https");
		assertThat(hsts(response)).isEmpty();
	}

	@Test
	void aTlsRequestThatClaimsToBePlainGetsIt() throws Exception {
		HttpResponse<String> response = get("https", Version.HTTP_2, "/", "X-Forwarded-Proto", "http");
		assertThat(response.body()).as("scheme the exchange believes").isEqualTo("http");
		assertThat(hsts(response)).containsExactly("max-age=63072000");
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void aHeaderTheApplicationHasSetIsKeptAlone(Version version) throws Exception {
		assertThat(hsts(get("https", version, "/own"))).containsExactly("max-age=5");
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void aResponseThatWasResetHasItToo(Version version) throws Exception {
		HttpResponse<String> response = get("https", version, "/reset");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(hsts(response)).containsExactly("max-age=63072000");
	}

	private static void answer(HttpServerExchange exchange) {
		switch (exchange.getRequestPath()) {
			case "/own" -> exchange.getResponseHeaders().put(Headers.STRICT_TRANSPORT_SECURITY, "max-age=5");
			case "/reset" -> {
				exchange.getResponseHeaders().clear();
				exchange.setStatusCode(500);
			}
			default -> {
			}
		}
		exchange.getResponseSender().send(exchange.getRequestScheme());
	}

	private List<String> hsts(HttpResponse<String> response) {
		return response.headers().allValues("Strict-Transport-Security");
	}

	private HttpResponse<String> get(String scheme, Version version, String path, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port(scheme), path)))
			.timeout(Duration.ofSeconds(20))
			.version(version);
		if (headers.length > 0) {
			request.headers(headers);
		}
		HttpClient client = HttpClient.newBuilder().sslContext(this.certificates.clientContext()).build();
		return client.send(request.build(), BodyHandlers.ofString());
	}

	private int port(String scheme) {
		return this.server.getListenerInfo()
			.stream()
			.filter((listener) -> listener.getProtcol().equals(scheme))
			.map((listener) -> ((InetSocketAddress) listener.getAddress()).getPort())
			.findFirst()
			.orElseThrow();
	}

	private SSLContext serverContext() throws Exception {
		char[] password = TestCertificates.PASSWORD.toCharArray();
		Path file = this.certificates.writeKeyStore(this.directory.resolve("server.p12"));
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(KeyStore.getInstance(file.toFile(), password), password);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		return context;
	}

}
