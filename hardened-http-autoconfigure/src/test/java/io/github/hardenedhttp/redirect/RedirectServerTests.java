package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import jakarta.servlet.Filter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.HttpHandlerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.ReactiveWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class RedirectServerTests {

	private static final AtomicInteger requestsSeenByTheApplication = new AtomicInteger();

	@TempDir
	static Path directory;

	private static Path keyStore;

	@BeforeAll
	static void makeCertificate() throws Exception {
		keyStore = directory.resolve("key-store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "test", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1",
				"-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30", "-storetype", "PKCS12", "-storepass",
				"secret", "-keystore", keyStore.toString())
			.inheritIO()
			.start();
		assertThat(keytool.waitFor()).isZero();
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void leadsFromHttpToHttpsWithoutTheApplication(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = run(type, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=localhost")) {
			requestsSeenByTheApplication.set(0);
			String response = exchange(context, "GET /hello?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n");
			String location = "https://localhost:" + port(context, "server") + "/hello?a=b";
			assertThat(response).startsWith("HTTP/1.1 308 ").contains("\r\nLocation: " + location + "\r\n");
			assertThat(exchange(context, "GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
				.startsWith("HTTP/1.1 400 ");
			assertThat(requestsSeenByTheApplication).hasValue(0);
			assertThat(statusOf(location)).isEqualTo(404);
			assertThat(requestsSeenByTheApplication).hasValue(1);
		}
	}

	@Test
	void saysWhereItListensAndWhereItLeads(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=localhost")) {
			assertThat(output)
				.containsOnlyOnce("Redirecting http on port %s to https on port %s".formatted(port(context, "redirect"),
						port(context, "server")))
				.doesNotContain("no host is known");
		}
	}

	@Test
	void doesNotSpeakHttp2EvenIfTheServerDoes() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=localhost", "server.http2.enabled=true")) {
			String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
			assertThat(exchange(context, preface)).startsWith("HTTP/1.1 400 ");
		}
	}

	@Test
	void listensOnIpv6IfTheServerDoes() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=::1", "server.address=::1");
				RawClient client = new RawClient(InetAddress.getByName("::1"), port(context, "redirect"))) {
			client.send("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n");
			assertThat(client.receiveAll()).contains("Location: https://[::1]:" + port(context, "server") + "/\r\n");
		}
	}

	@Test
	void listensOnAllAddressesOtherwise() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=::1", "server.address=");
				RawClient ipv4 = new RawClient(port(context, "redirect"));
				RawClient ipv6 = new RawClient(InetAddress.getByName("::1"), port(context, "redirect"))) {
			assertThat(ipv4.send("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n").receiveAll()).contains(" 308 ");
			assertThat(ipv6.send("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n").receiveAll()).contains(" 308 ");
		}
	}

	@Test
	void asksTheBeanIfNoHostIsListed() throws Exception {
		try (ConfigurableApplicationContext context = run(Hosts.class, WebApplicationType.SERVLET,
				"hardened.redirect.port=0")) {
			assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: Bean.example:1\r\n\r\n")).contains(" 308 ");
			assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 400 ");
		}
	}

	@Test
	void aListOfHostsReplacesTheBean() throws Exception {
		try (ConfigurableApplicationContext context = run(Hosts.class, WebApplicationType.SERVLET,
				"hardened.redirect.port=0", "hardened.redirect.allowed-hosts=localhost")) {
			assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: bean.example\r\n\r\n")).contains(" 400 ");
			assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 308 ");
		}
	}

	@Test
	void refusesAllAndSaysSoIfNobodyKnowsAHost(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0")) {
			assertThat(output).contains("no host is known").contains("'hardened.redirect.allowed-hosts'");
			assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).contains(" 400 ");
		}
	}

	@Test
	void comesBackWhenTheContextIsStartedAgain() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=localhost")) {
			RedirectServer server = context.getBean(RedirectServer.class);
			for (int i = 0; i < 2; i++) {
				context.stop();
				assertThat(server.isRunning()).isFalse();
				assertRefusesConnections(port(context, "redirect"));
				context.start();
				assertThat(server.isRunning()).isTrue();
				assertThat(exchange(context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
					.contains("Location: https://localhost:" + port(context, "server") + "/\r\n");
			}
		}
	}

	@Test
	void stopsWithTheContext() throws Exception {
		int port;
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0")) {
			port = port(context, "redirect");
		}
		assertRefusesConnections(port);
	}

	@Test
	void doesNotListenUnlessAPortIsSet() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET)) {
			assertThat(context.getBean(RedirectServer.class).isRunning()).isFalse();
			assertThat(context.getEnvironment().containsProperty("local.redirect.port")).isFalse();
		}
	}

	@Test
	void aPortInUseStopsTheStartAndIsNamed() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			assertThatException()
				.isThrownBy(() -> run(WebApplicationType.SERVLET, "hardened.redirect.port=" + taken.getLocalPort()))
				.havingCause()
				.isInstanceOfSatisfying(PortInUseException.class,
						(ex) -> assertThat(ex.getPort()).isEqualTo(taken.getLocalPort()));
		}
	}

	@Test
	void connectionsAreSeenByTheGuardOfTheApplication() throws Exception {
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, "hardened.redirect.port=0",
				"hardened.redirect.allowed-hosts=localhost")) {
			Guard guard = context.getBean(Guard.class);
			try (RawClient client = new RawClient(port(context, "redirect"))) {
				// Another connection is answered on the same thread, so this one was
				// accepted.
				exchange(context, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
				assertThat(guard.connections())
					.anySatisfy((connection) -> assertThat(connection.peer().getPort()).isEqualTo(client.localPort()));
			}
		}
	}

	/**
	 * The JDK closes a listening socket when its selector has let go of it.
	 */
	private static void assertRefusesConnections(int port) {
		await().untilAsserted(() -> assertThatException().isThrownBy(() -> new RawClient(port).close())
			.isInstanceOf(IOException.class));
	}

	private static String exchange(ConfigurableApplicationContext context, String request) throws IOException {
		try (RawClient client = new RawClient(port(context, "redirect"))) {
			return client.send(request).receiveAll();
		}
	}

	private static int port(ConfigurableApplicationContext context, String name) {
		return context.getEnvironment().getRequiredProperty("local." + name + ".port", Integer.class);
	}

	private static ConfigurableApplicationContext run(WebApplicationType type, String... properties) {
		return run(Nothing.class, type, properties);
	}

	private static ConfigurableApplicationContext run(Class<?> source, WebApplicationType type, String... properties) {
		Class<?> application = (type == WebApplicationType.SERVLET) ? ServletApplication.class
				: ReactiveApplication.class;
		return new SpringApplicationBuilder(application, source).web(type)
			.properties("server.port=0", "server.address=127.0.0.1", "server.ssl.key-store=" + keyStore,
					"server.ssl.key-store-password=secret", "spring.main.banner-mode=off")
			.properties(properties)
			.run();
	}

	private static int statusOf(String uri) throws Exception {
		SSLContext ssl = SSLContext.getInstance("TLS");
		ssl.init(null, new TrustManager[] { new TrustEverybody() }, null);
		HttpURLConnection connection = (HttpURLConnection) URI.create(uri).toURL().openConnection();
		((HttpsURLConnection) connection).setSSLSocketFactory(ssl.getSocketFactory());
		try {
			return connection.getResponseCode();
		}
		finally {
			connection.disconnect();
		}
	}

	private static final class TrustEverybody implements X509TrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, ServletWebServerFactoryAutoConfiguration.class,
			DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class, UndertowAutoConfiguration.class,
			RedirectAutoConfiguration.class })
	static class ServletApplication {

		@Bean
		Filter countingFilter() {
			return (request, response, chain) -> {
				requestsSeenByTheApplication.incrementAndGet();
				chain.doFilter(request, response);
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, ReactiveWebServerFactoryAutoConfiguration.class,
			HttpHandlerAutoConfiguration.class, WebFluxAutoConfiguration.class, UndertowAutoConfiguration.class,
			RedirectAutoConfiguration.class })
	static class ReactiveApplication {

		@Bean
		WebFilter countingFilter() {
			return (exchange, chain) -> Mono.fromRunnable(requestsSeenByTheApplication::incrementAndGet)
				.then(chain.filter(exchange));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hosts {

		@Bean
		AllowedHosts allowedHosts() {
			return "bean.example"::equals;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
