package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.undertow.server.SSLSessionInfo;
import io.undertow.util.HttpString;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

import org.springframework.boot.web.embedded.undertow.UndertowBuilderCustomizer;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application sees of a client's certificate, and what it costs that there is
 * none.
 */
class AnonymousClientTests {

	private static final HttpString FRAMES = HttpString.tryFromString("Test-Frames");

	private static final HttpString SESSION = HttpString.tryFromString("Test-Session");

	private final TestCertificates certificate = TestCertificates.ecdsa("client");

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(Version.class)
	void whoWasNotAskedHasNoCertificateAndNoStackTraceSaysSo(Version version) throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class))) {
			for (int round = 0; round < 2; round++) {
				Seen seen = get(server, version);
				assertThat(seen.certificate()).isEqualTo("null");
				assertThat(seen.cipherSuite()).startsWith("TLS_");
				assertThat(seen.session()).isEqualTo("same");
				assertThat(seen.frames()).isEqualTo("0");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void whoWasAskedShowsIt(Version version) throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class), asking("want"))) {
			assertThat(get(server, version, certificate()).certificate()).isEqualTo("CN=client");
			assertThat(get(server, version).certificate()).isEqualTo("null");
		}
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void whoIsAskedByTheApplicationItselfShowsItToo(Version version) throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class, Asking.class), trusting())) {
			assertThat(get(server, version, certificate()).certificate()).isEqualTo("CN=client");
		}
	}

	@Test
	void nothingIsToldOfAConnectionWithoutTls() throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class), "hardened.tls.enabled=false");
				TestClient client = TestClient.plain(server.port())) {
			assertThat(client.get("/hello")).contains("Test-Session: none").endsWith("null null");
		}
	}

	private String[] asking(String how) throws IOException {
		String[] trusting = Arrays.copyOf(trusting(), 5);
		trusting[4] = "server.ssl.client-auth=" + how;
		return trusting;
	}

	private String[] trusting() throws IOException {
		PemFiles own = TestCertificates.ecdsa("localhost")
			.writePem(Files.createDirectory(this.directory.resolve("server")));
		PemFiles trusted = this.certificate.writePem(Files.createDirectory(this.directory.resolve("client")));
		String bundle = "spring.ssl.bundle.pem.own.";
		return new String[] { "server.ssl.bundle=own", bundle + "keystore.certificate=" + own.certificate(),
				bundle + "keystore.private-key=" + own.privateKey(),
				bundle + "truststore.certificate=" + trusted.certificate() };
	}

	private SSLContext certificate() throws Exception {
		Path file = this.certificate.writeKeyStore(this.directory.resolve("own.p12"));
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		char[] password = TestCertificates.PASSWORD.toCharArray();
		factory.init(KeyStore.getInstance(file.toFile(), password), password);
		return TestClient.trustingAnybody(factory.getKeyManagers());
	}

	private static Seen get(TestServer server, Version version) throws IOException, InterruptedException {
		return get(server, version, TestClient.trustingAnybody());
	}

	private static Seen get(TestServer server, Version version, SSLContext tls)
			throws IOException, InterruptedException {
		var response = HttpClient.newBuilder()
			.version(version)
			.sslContext(tls)
			.build()
			.send(TestClient.get(server.port(), "/hello"), BodyHandlers.ofString());
		assertThat(response.version()).isEqualTo(version);
		String[] told = response.body().split(" ");
		return new Seen(told[0], told[1], response.headers().firstValue("Test-Session").orElseThrow(),
				response.headers().firstValue("Test-Frames").orElse("none"));
	}

	record Seen(String certificate, String cipherSuite, String session, String frames) {

	}

	/**
	 * Says what a servlet finds in its request, and what a handler finds in the session.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Telling {

		@Bean
		Filter servlet() {
			return (request, response, chain) -> {
				X509Certificate[] shown = (X509Certificate[]) request
					.getAttribute("jakarta.servlet.request.X509Certificate");
				response.getWriter()
					.write(((shown != null) ? shown[0].getSubjectX500Principal() : null) + " "
							+ request.getAttribute("jakarta.servlet.request.cipher_suite"));
			};
		}

		@Bean
		RequestHandler handler() {
			return new RequestHandler(HandlerOrder.WORKER_TURN, (next) -> (exchange) -> {
				SSLSessionInfo session = exchange.getConnection().getSslSessionInfo();
				if (session == null) {
					exchange.getResponseHeaders().put(SESSION, "none");
				}
				else {
					boolean same = session.getCipherSuite().equals(session.getSSLSession().getCipherSuite())
							&& session.getSessionId() != null && session.getKeySize() >= 128;
					exchange.getResponseHeaders().put(SESSION, same ? "same" : "another");
					try {
						session.getPeerCertificates();
					}
					catch (SSLPeerUnverifiedException ex) {
						exchange.getResponseHeaders().put(FRAMES, ex.getStackTrace().length);
					}
				}
				next.handleRequest(exchange);
			});
		}

	}

	/**
	 * Undertow's own way to ask.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Asking {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> asking() {
			UndertowBuilderCustomizer ask = (builder) -> builder.setSocketOption(Options.SSL_CLIENT_AUTH_MODE,
					SslClientAuthMode.REQUESTED);
			return (factory) -> factory.addBuilderCustomizers(ask);
		}

	}

}
