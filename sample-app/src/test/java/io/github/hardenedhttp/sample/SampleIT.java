package io.github.hardenedhttp.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every address of the sample, over both versions of HTTP.
 */
@BothSamples
@TestInstance(Lifecycle.PER_CLASS)
class SampleIT {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private RunningSample sample;

	private HttpClient client;

	@BeforeAll
	void start() throws Exception {
		this.sample = Profile.INTERMEDIATE.sample(KeyType.ECDSA);
		this.client = HttpClient.newBuilder().sslContext(trusting(Certificates.of(KeyType.ECDSA))).build();
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void helloAnswersHello(Version version) throws Exception {
		HttpResponse<String> response = this.client.send(request(version, "/hello").build(), BodyHandlers.ofString());
		assertThat(response.version()).isEqualTo(version);
		assertThat(response.body()).isEqualTo("hello");
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/plain"));
	}

	@Test
	void theVersionsInTheJarAreReadAndHaveNoKnownVulnerability() {
		assertThat(this.sample.output()).doesNotContain("known vulnerabilities",
				"It is not known whether these have vulnerabilities");
	}

	@Test
	void nothingButTheApplicationAnswersOnThePublicPort() {
		assertThat(this.sample.output()).doesNotContain("and not of the application");
	}

	/**
	 * With curl, because Java's client does not read the answer while it is writing: over
	 * HTTP/1.1 both sides would wait for each other.
	 * @param version the option for the version of HTTP
	 * @param directory where the bodies are
	 * @throws Exception if the test fails
	 */
	@ParameterizedTest
	@ValueSource(strings = { "--http1.1", "--http2" })
	void echoAnswersTwentyMegabytesUnchanged(String version, @TempDir Path directory) throws Exception {
		byte[] body = new byte[20 * 1024 * 1024];
		new Random(1).nextBytes(body);
		Path sent = Files.write(directory.resolve("sent"), body);
		Path received = directory.resolve("received");
		Tool.Result result = Tool.find("curl")
			.run(LIMIT, version, "-sS", "--cacert", Certificates.of(KeyType.ECDSA).authority().toString(), "-H",
					"Content-Type: multipart/form-data; boundary=x", "--data-binary", "@" + sent, "-o",
					received.toString(), "-w", "%{http_code} %{content_type}",
					"https://localhost:%d/echo".formatted(this.sample.httpsPort()));
		assertThat(result.output()).isEqualTo("200 multipart/form-data; boundary=x");
		assertThat(received).hasSameBinaryContentAs(sent);
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void largeIsTenMegabytesLongAndSaysSo(Version version) throws Exception {
		HttpResponse<byte[]> response = this.client.send(request(version, "/large").build(),
				BodyHandlers.ofByteArray());
		assertThat(response.headers().firstValue("Content-Length")).hasValue("10485760");
		assertThat(response.body()).hasSize(10 * 1024 * 1024);
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void eventsComeOneByOneAndEndAfterTheCount(Version version) throws Exception {
		HttpResponse<Stream<String>> response = this.client.send(request(version, "/events?every=10ms&count=3").build(),
				BodyHandlers.ofLines());
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		assertThat(response.body().filter((line) -> line.startsWith("data:"))).hasSize(3);
	}

	@Test
	void theSocketAnswersTextAndBytes() throws Exception {
		Received received = new Received(new CompletableFuture<>(), new CompletableFuture<>());
		WebSocket socket = this.client.newWebSocketBuilder()
			.buildAsync(URI.create("wss://localhost:%d/socket".formatted(this.sample.httpsPort())), received)
			.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		socket.sendText("hello", true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		socket.sendBinary(ByteBuffer.wrap(new byte[] { 1, 2, 3 }), true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		assertThat(received.text()).succeedsWithin(LIMIT).isEqualTo("hello");
		assertThat(received.bytes()).succeedsWithin(LIMIT).isEqualTo(ByteBuffer.wrap(new byte[] { 1, 2, 3 }));
		socket.abort();
	}

	@Test
	void endpointsAreOnTheManagementPortAlone() throws Exception {
		URI health = URI.create("http://127.0.0.1:%d/actuator/health".formatted(this.sample.managementPort()));
		assertThat(this.client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString()).statusCode())
			.isEqualTo(200);
		assertThat(this.client.send(request(Version.HTTP_1_1, "/actuator/health").build(), BodyHandlers.ofString())
			.statusCode()).isEqualTo(404);
	}

	private HttpRequest.Builder request(Version version, String path) {
		return HttpRequest.newBuilder(URI.create("https://localhost:%d%s".formatted(this.sample.httpsPort(), path)))
			.version(version)
			.timeout(LIMIT);
	}

	static SSLContext trusting(Certificates certificates) throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		try (var in = Files.newInputStream(certificates.authority())) {
			trusted.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
		}
		TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		factory.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, factory.getTrustManagers(), null);
		return context;
	}

	/**
	 * What came back, each in one frame.
	 *
	 * @param text the text
	 * @param bytes the bytes
	 */
	private record Received(CompletableFuture<String> text,
			CompletableFuture<ByteBuffer> bytes) implements WebSocket.Listener {

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.complete(data.toString());
			return WebSocket.Listener.super.onText(socket, data, last);
		}

		@Override
		public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
			this.bytes.complete(ByteBuffer.allocate(data.remaining()).put(data).flip());
			return WebSocket.Listener.super.onBinary(socket, data, last);
		}

	}

}
