package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardPolicies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ChallengeHandlerTests {

	private static final String PATH = "/.well-known/acme-challenge/";

	private final Guard guard = new Guard(System::nanoTime, GuardPolicies.NONE);

	private RedirectListener listener;

	@BeforeEach
	void start() throws IOException {
		Map<String, String> open = Map.of("token-1_A", "token-1_A.thumbprint");
		this.listener = RedirectListener.start(this.guard, new InetSocketAddress("127.0.0.1", 0),
				new ChallengeHandler(open::get, new RedirectHandler((host) -> true, 308, 8443)), Duration.ofSeconds(5));
	}

	@AfterEach
	void stop() {
		this.listener.stop();
	}

	@Test
	void anOpenChallengeIsAnsweredAsPlainTextThatNobodyKeeps() throws IOException {
		assertThat(exchange("GET " + PATH + "token-1_A HTTP/1.1\r\nHost: one.example\r\n\r\n"))
			.startsWith("HTTP/1.1 200 OK\r\n")
			.contains("\r\nContent-Type: text/plain\r\n", "\r\nContent-Length: 20\r\n",
					"\r\nCache-Control: no-store\r\n", "\r\nConnection: close\r\n")
			.endsWith("\r\n\r\ntoken-1_A.thumbprint");
	}

	@Test
	void headIsAnsweredWithoutTheText() throws IOException {
		assertThat(exchange("HEAD " + PATH + "token-1_A HTTP/1.1\r\nHost: one.example\r\n\r\n"))
			.startsWith("HTTP/1.1 200 OK\r\n")
			.contains("\r\nContent-Length: 20\r\n")
			.endsWith("\r\n\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /.well-known/acme-challenge/", "GET /.well-known/acme-challenge/other",
			"GET /.well-known/acme-challenge/token-1_a", "GET /.well-known/acme-challenge/token-1_A/",
			"GET /.well-known/acme-challenge/token-1_A?x=y", "GET /.well-known/acme-challenge/token-1%5FA",
			"GET /.well-known/acme-challenge/token-1_A;x",
			"GET /.well-known/acme-challenge/../acme-challenge/token-1_A", "POST /.well-known/acme-challenge/token-1_A",
			"PUT /.well-known/acme-challenge/token-1_A" })
	void nothingElseIsThereNorRedirected(String requestLine) throws IOException {
		assertThat(exchange(requestLine + " HTTP/1.1\r\nHost: one.example\r\nContent-Length: 3\r\n\r\nabc"))
			.startsWith("HTTP/1.1 404 ")
			.contains("\r\nContent-Length: 0\r\n")
			.doesNotContain("thumbprint", "Location");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/.well-known/acme-challenge", "/.well-known/other",
			"/x/.well-known/acme-challenge/token-1_A", "//.well-known/acme-challenge/token-1_A",
			"/.WELL-KNOWN/acme-challenge/token-1_A" })
	void theRestIsRedirectedAsEver(String path) throws IOException {
		assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: one.example\r\n\r\n")).startsWith("HTTP/1.1 308 ")
			.contains("\r\nLocation: https://one.example:8443" + path + "\r\n");
	}

	@Test
	void beforeThereIsAServerOnlyChallengesAreAnswered() throws IOException {
		int port;
		try (ChallengeListener early = ChallengeListener.open(this.guard, null, new RedirectPolicy(0, 308, null),
				(token) -> token.equals("a") ? "a.b" : null)) {
			port = early.port();
			assertThat(exchange(port, "GET " + PATH + "a HTTP/1.1\r\nHost: one.example\r\n\r\n"))
				.endsWith("\r\n\r\na.b");
			assertThat(exchange(port, "GET / HTTP/1.1\r\nHost: one.example\r\n\r\n")).startsWith("HTTP/1.1 503 ");
		}
		RedirectListener next = RedirectListener.start(this.guard, new InetSocketAddress(port),
				new RedirectHandler((host) -> true, 308, 8443), Duration.ofSeconds(5));
		next.stop();
	}

	private String exchange(String request) throws IOException {
		return exchange(this.listener.port(), request);
	}

	private static String exchange(int port, String request) throws IOException {
		try (RawClient client = new RawClient(port)) {
			return client.send(request).receiveAll();
		}
	}

}
