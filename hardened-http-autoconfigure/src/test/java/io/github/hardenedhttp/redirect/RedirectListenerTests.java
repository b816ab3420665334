package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardPolicies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedirectListenerTests {

	private final Guard guard = new Guard(System::nanoTime, GuardPolicies.NONE);

	private RedirectListener listener;

	@BeforeEach
	void start() throws IOException {
		this.listener = start(Duration.ofSeconds(5), 308, 8443);
	}

	@AfterEach
	void stop() {
		this.listener.stop();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
	// @formatter:off
		"GET / HTTP/1.1~Host: ours.example~~                                 | /",
		"GET /a/b?c=d HTTP/1.1~Host: ours.example:8080~~                     | /a/b?c=d",
		"GET /a HTTP/1.1~Host: OURS.Example.~~                               | /a",
		"GET /a HTTP/1.1~host:ours.example ~~                                | /a",
		"GET /%2e%2E/%ff/%00/a+b%20c?%ff=%2F%C3%A9&+&=;&&x HTTP/1.1~Host: ours.example~~ | /%2e%2E/%ff/%00/a+b%20c?%ff=%2F%C3%A9&+&=;&&x",
		"GET /a;x=%2F;y/b;z?q HTTP/1.1~Host: ours.example~~                  | /a;x=%2F;y/b;z?q",
		"GET /a;x HTTP/1.1~Host: ours.example~~                              | /a;x",
		"GET /a?b?c HTTP/1.1~Host: ours.example~~                            | /a?b?c",
		"GET /a/../../b/./c HTTP/1.1~Host: ours.example~~                    | /a/../../b/./c",
		"GET //evil.example/%2f.. HTTP/1.1~Host: ours.example~~              | //evil.example/%2f..",
		"GET ///evil.example HTTP/1.1~Host: ours.example~~                   | ///evil.example",
		"GET /@evil.example:1 HTTP/1.1~Host: ours.example~~                  | /@evil.example:1",
		"GET /%0d%0aLocation:%20https://evil.example HTTP/1.1~Host: ours.example~~ | /%0d%0aLocation:%20https://evil.example",
		"GET /?next=https://evil.example/ HTTP/1.1~Host: ours.example~~      | /?next=https://evil.example/",
		"GET http://ours.example/a?b HTTP/1.1~Host: ours.example~~           | /a?b",
		"GET http://ours.example?b HTTP/1.1~Host: ours.example~~             | /?b",
		"GET http://ours.example HTTP/1.1~Host: ours.example~~               | /",
		"GET http://ours.example:80//x;y?z HTTP/1.1~Host: ours.example~~     | //x;y?z",
		"GET /a HTTP/1.0~Host: ours.example~~                                | /a",
		"GET /a HTTP/1.0~Host: ours.example~Connection: keep-alive~~         | /a",
		"GET /a HTTP/1.1~Host: ours.example~Connection: keep-alive~~         | /a",
		"GET /a HTTP/1.1~Host: ours.example~X-Forwarded-Host: evil.example~Forwarded: host=evil.example~~ | /a",
		"GET /a HTTP/1.1~Host: ours.example~Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~HTTP2-Settings: AAMAAABkAAQAAP__~~ | /a",
		"HEAD /a HTTP/1.1~Host: ours.example~~                               | /a",
		"OPTIONS /a HTTP/1.1~Host: ours.example~~                            | /a",
		"POST /a HTTP/1.1~Host: ours.example~Content-Length: 4~~abcd         | /a",
		"POST /a HTTP/1.1~Host: ours.example~Content-Length: 9999999~~ab     | /a",
		"POST /a HTTP/1.1~Host: ours.example~Content-Length: 9999999~Expect: 100-continue~~ | /a",
		"PUT /a HTTP/1.1~Host: ours.example~Transfer-Encoding: chunked~~5~ab | /a",
		"PUT /a HTTP/1.1~Host: ours.example~Transfer-Encoding: chunked~~     | /a",
		"GET /a HTTP/1.1~Host: ours.example~~GET /b HTTP/1.1~Host: ours.example~~ | /a"
	// @formatter:on
	})
	void redirects(String request, String pathAndQuery) throws IOException {
		assertRedirects(request, "https://ours.example:8443" + pathAndQuery);
	}

	@ParameterizedTest
	@CsvSource({ "www.wild.example:80, https://www.wild.example:8443/a", "127.0.0.1, https://127.0.0.1:8443/a",
			"[::1]:8080, https://[::1]:8443/a", "[0:0:0:0:0:0:0:1], https://[::1]:8443/a" })
	void redirectsToEveryAllowedHost(String host, String location) throws IOException {
		assertRedirects("GET /a HTTP/1.1~Host: " + host + "~~", location);
	}

	private void assertRedirects(String request, String location) throws IOException {
		String response = exchange(request);
		assertThat(response).startsWith("HTTP/1.")
			.containsOnlyOnce("HTTP/1.")
			.contains(" 308 Permanent Redirect\r\n")
			.containsOnlyOnce("Location: " + location + "\r\n")
			.containsOnlyOnce("Connection: close\r\n")
			.containsOnlyOnce("Content-Length: 0\r\n")
			.endsWith("\r\n\r\n");
		assertThat(response.lines().filter((line) -> line.toLowerCase().startsWith("location:"))).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = {
	// @formatter:off
		"GET / HTTP/1.1~Host: evil.example~~",
		"GET / HTTP/1.1~Host: ours.example.evil.example~~",
		"GET / HTTP/1.1~Host: evilours.example~~",
		"GET / HTTP/1.1~Host: a.b.wild.example~~",
		"GET / HTTP/1.1~Host: wild.example~~",
		"GET / HTTP/1.1~Host: 127.0.0.2~~",
		"GET / HTTP/1.1~Host: 127.1~~",
		"GET / HTTP/1.1~Host: [::2]~~",
		"GET / HTTP/1.1~Host: [::1~~",
		"GET / HTTP/1.1~Host: ::1~~",
		"GET / HTTP/1.1~Host: [::1%25lo]~~",
		"GET / HTTP/1.1~Host: [v1.evil]~~",
		"GET / HTTP/1.1~~",
		"GET / HTTP/1.0~~",
		"GET http://ours.example/ HTTP/1.0~~",
		"GET / HTTP/1.1~Host:~~",
		"GET / HTTP/1.1~Host: ~~",
		"GET / HTTP/1.0~Host:~~",
		"GET / HTTP/1.1~Host: ours.example~Host: ours.example~~",
		"GET / HTTP/1.1~Host: ours.example~Host: evil.example~~",
		"GET / HTTP/1.0~Host: ours.example~Host: evil.example~~",
		"GET / HTTP/1.1~Host: ours.example, evil.example~~",
		"GET / HTTP/1.1~Host: ours.example@evil.example~~",
		"GET / HTTP/1.1~Host: evil.example@ours.example~~",
		"GET / HTTP/1.1~Host: ours.example:80@evil.example~~",
		"GET / HTTP/1.1~Host: ours.example:evil~~",
		"GET / HTTP/1.1~Host: ours.example:~~",
		"GET / HTTP/1.1~Host: ours.example:99999~~",
		"GET / HTTP/1.1~Host: ours.example/evil~~",
		"GET / HTTP/1.1~Host: evil.example/ours.example~~",
		"GET / HTTP/1.1~Host: evil.example?ours.example~~",
		"GET / HTTP/1.1~Host: evil.example#ours.example~~",
		"GET / HTTP/1.1~Host: evil.example\\ours.example~~",
		"GET / HTTP/1.1~Host: https://ours.example~~",
		"GET / HTTP/1.1~Host: ours.example evil.example~~",
		"GET / HTTP/1.1~Host: ours.example\tevil.example~~",
		"GET / HTTP/1.1~Host: ours.example\revil.example~~",
		"GET / HTTP/1.1~Host: ours.example~ evil.example~~",
		"GET / HTTP/1.1~Host: ours.example\0evil.example~~",
		"GET / HTTP/1.1~Host: ours.example%00.evil.example~~",
		"GET / HTTP/1.1~Host: %6furs.example~~",
		"GET / HTTP/1.1~Host: ours.ex\u00e4mple~~",
		"GET http://evil.example/ HTTP/1.1~Host: ours.example~~",
		"GET http://evil.example/ours.example HTTP/1.1~Host: ours.example~~",
		"GET http://ours.example/ HTTP/1.1~Host: evil.example~~",
		"GET http://ours.example/evil.example HTTP/1.1~Host: evil.example~~",
		"GET http://evil.example/ HTTP/1.1~Host: evil.example~~",
		"GET http://ours.example@evil.example/ HTTP/1.1~Host: ours.example~~",
		"GET http://evil.example@ours.example/ HTTP/1.1~Host: ours.example~~",
		"GET http://evil.example;ours.example/ HTTP/1.1~Host: ours.example~~",
		"GET https://ours.example/ HTTP/1.1~Host: ours.example~~",
		"GET ftp://ours.example/ HTTP/1.1~Host: ours.example~~",
		"GET http:ours.example HTTP/1.1~Host: ours.example~~",
		"GET http:///ours.example HTTP/1.1~Host: ours.example~~",
		"GET ours.example HTTP/1.1~Host: ours.example~~",
		"GET evil.example/ HTTP/1.1~Host: ours.example~~",
		"GET \\\\evil.example HTTP/1.1~Host: ours.example~~",
		"GET /\\evil.example HTTP/1.1~Host: ours.example~~",
		"GET /\0 HTTP/1.1~Host: ours.example~~",
		"GET /\u00e4 HTTP/1.1~Host: ours.example~~",
		"GET /# HTTP/1.1~Host: ours.example~~",
		"GET /%zz HTTP/1.1~Host: ours.example~~",
		"GET /?%0 HTTP/1.1~Host: ours.example~~",
		"GET /a\r~Location: https://evil.example HTTP/1.1~Host: ours.example~~",
		"OPTIONS * HTTP/1.1~Host: ours.example~~",
		"CONNECT ours.example:443 HTTP/1.1~Host: ours.example~~",
		"CONNECT / HTTP/1.1~Host: ours.example~~",
		"PRI * HTTP/2.0~~SM~~",
		"GET / HTTP/2.0~Host: ours.example~~",
		"GET / HTTP/3~Host: ours.example~~",
		"POST / HTTP/1.1~Host: evil.example~Content-Length: 9999999~~a",
		"nonsense~~"
	// @formatter:on
	})
	void refuses(String request) throws IOException {
		String response = exchange(request);
		assertThat(response).startsWith("HTTP/1.")
			.containsOnlyOnce("HTTP/1.")
			.contains(" 400 ")
			.containsOnlyOnce("Connection: close\r\n")
			.containsOnlyOnce("Content-Length: 0\r\n")
			.doesNotContainIgnoringCase("location")
			.doesNotContain("evil.example")
			.endsWith("\r\n\r\n");
	}

	@Test
	void refusesAHeaderThatIsTooLong() throws IOException {
		String header = "GET /" + "a".repeat(9000) + " HTTP/1.1~Host: ours.example~~";
		assertThat(exchange(header)).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
	}

	@Test
	void closesTheConnectionOnTlsWithoutAnAnswerInTls() throws IOException {
		assertThat(exchange("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003~~")).doesNotStartWith("\u0016");
	}

	@ParameterizedTest
	@CsvSource({ "301, Moved Permanently", "302, Found", "307, Temporary Redirect", "308, Permanent Redirect" })
	void answersWithTheStatusThatIsSet(int status, String reason) throws IOException {
		stop();
		this.listener = start(Duration.ofSeconds(5), status, 443);
		assertThat(exchange("GET /a HTTP/1.1~Host: ours.example:80~~"))
			.startsWith("HTTP/1.1 " + status + " " + reason + "\r\n")
			.contains("Location: https://ours.example/a\r\n");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', value = {
	// @formatter:off
		"`silent`,                  ``,                                                                ``",
		"`header stalls`,           `GET / HTTP/1.1~Host: ours`,                                       ``",
		"`header drips`,            `GET / HTTP/1.1~`,                                                 `X: a~`",
		"`answered, never closed`,  `GET / HTTP/1.1~Host: ours.example~~`,                             ``",
		"`bad host, body stalls`,   `POST / HTTP/1.1~Host: /~Content-Length: 9999~~`,                  ``",
		"`bad host, body drips`,    `POST / HTTP/1.1~Host: /~Content-Length: 9999~~`,                  `a`",
		"`bad host, chunk drips`,   `POST / HTTP/1.1~Host: /~Transfer-Encoding: chunked~~;`,           `a`"
	// @formatter:on
	})
	void everyConnectionEndsAtItsDeadline(String name, String request, String drip) throws IOException {
		stop();
		this.listener = start(Duration.ofSeconds(1), 308, 8443);
		try (RawClient client = new RawClient(this.listener.port())) {
			client.send(request.replace("~", "\r\n"));
			Duration open = client.dripUntilClosed(drip.replace("~", "\r\n"), Duration.ofMillis(100));
			// The deadline of the other tests is five seconds.
			assertThat(open).isLessThan(Duration.ofMillis(4500));
			// The client's end of the socket proves nothing: Undertow half-closes.
			await("the connection is gone", () -> this.guard.connections().isEmpty(), Duration.ofSeconds(15));
		}
	}

	@Test
	void connectionsAreSeenByTheGuard() throws IOException {
		try (RawClient client = new RawClient(this.listener.port())) {
			client.send("GET");
			await("the guard sees it", () -> this.guard.connections().size() == 1, Duration.ofSeconds(15));
			assertThat(this.guard.connections().get(0).peer().getPort()).isEqualTo(client.localPort());
			assertThat(this.guard.connections().get(0).isTls()).isFalse();
		}
		await("the guard forgets it", () -> this.guard.connections().isEmpty(), Duration.ofSeconds(15));
	}

	@Test
	void stopsWithItsConnectionsAndThreads() throws IOException {
		try (RawClient client = new RawClient(this.listener.port())) {
			client.send("GET");
			await("the guard sees it", () -> this.guard.connections().size() == 1, Duration.ofSeconds(5));
			this.listener.stop();
			assertThat(client.receiveAll()).isEmpty();
		}
		await("the guard forgets it", () -> this.guard.connections().isEmpty(), Duration.ofSeconds(15));
		await("no thread is left", () -> redirectThreads().isEmpty(), Duration.ofSeconds(15));
	}

	@Test
	void aFailedStartLeavesNoThread() throws IOException {
		stop();
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			InetSocketAddress address = new InetSocketAddress(taken.getInetAddress(), taken.getLocalPort());
			assertThatExceptionOfType(BindException.class)
				.isThrownBy(() -> RedirectListener.start(this.guard, address, (exchange) -> {
				}, Duration.ofSeconds(1)));
		}
		await("no thread is left", () -> redirectThreads().isEmpty(), Duration.ofSeconds(15));
	}

	private RedirectListener start(Duration deadline, int status, int httpsPort) throws IOException {
		HostNames hosts = HostNames.of(List.of("ours.example", "*.wild.example", "127.0.0.1", "::1"));
		return RedirectListener.start(this.guard, new InetSocketAddress("127.0.0.1", 0),
				new RedirectHandler(hosts, status, httpsPort), deadline);
	}

	private String exchange(String request) throws IOException {
		try (RawClient client = new RawClient(this.listener.port())) {
			return client.send(request.replace("~", "\r\n")).receiveAll();
		}
	}

	private static Set<String> redirectThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("redirect "))
			.collect(Collectors.toSet());
	}

	private static void await(String what, BooleanSupplier condition, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as(what).isLessThan(deadline);
			LockSupport.parkNanos(1_000_000);
		}
	}

}
