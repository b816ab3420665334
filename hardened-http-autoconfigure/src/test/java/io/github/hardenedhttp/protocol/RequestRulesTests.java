package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each request gets, over HTTP/1.1 with and without TLS and over HTTP/2, from MVC
 * and from WebFlux; and that none of it is a line in the log.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestRulesTests {

	// RFC 9113, section 7
	private static final int ENHANCE_YOUR_CALM = 11;

	private static final int TOO_LONG = 3_000_000;

	private static final Map<WebApplicationType, TestServer> tls = servers();

	private static final Map<WebApplicationType, TestServer> plain = servers("hardened.tls.enabled=false",
			"hardened.certificate.self-signed=false");

	private int logged;

	private static Map<WebApplicationType, TestServer> servers(String... properties) {
		return Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.collect(Collectors.toMap((type) -> type, (type) -> TestServer.start(type, properties)));
	}

	@AfterAll
	static void stop() {
		tls.values().forEach(TestServer::close);
		plain.values().forEach(TestServer::close);
	}

	@BeforeEach
	void mark(CapturedOutput output) {
		this.logged = output.getAll().length();
	}

	record Case(String name, String request, int status, boolean closes) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Case> overHttp1() {
		return Stream.of(new Case("an honest GET", get(""), 200, false),
				new Case("letters of Latin-1 and a tab", get("X: a\u00e4\tb \r\n"), 200, false),
				new Case("a hundred fields", get(fields(99)), 200, false),
				new Case("one more", get(fields(100)), 431, true),
				new Case("a hundred cookies", get("Cookie: c=v" + "; c=v".repeat(99) + "\r\n"), 200, false),
				new Case("one more", get("Cookie: c=v" + "; c=v".repeat(100) + "\r\n"), 431, false),
				new Case("keep-alive, close", get("Connection: keep-alive, Close\r\n"), 200, true),
				new Case("an expectation without content", get("Expect: 100-continue\r\n"), 200, false),
				new Case("another scheme", "GET ftp://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, false),
				new Case("a scheme in capitals", "GET HTTP://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 200,
						false),
				new Case("a port in the target alone", absolute("localhost:{port}", "localhost"), 200, false),
				new Case("a port in Host alone", absolute("localhost", "localhost:{port}"), 200, false),
				new Case("a port in both", absolute("localhost:8443", "localhost:8443"), 200, false),
				new Case("an address of IPv6", absolute("[::1]:8443", "[::1]:8443"), 200, false),
				new Case("another port", absolute("localhost:8443", "localhost"), 400, false),
				new Case("a longer name", absolute("localhost.evil.example", "localhost"), 400, false),
				new Case("a name that ends so", absolute("evillocalhost", "localhost"), 400, false),
				new Case("the host in the path", absolute("evil.example/localhost", "localhost"), 400, false),
				new Case("user information", absolute("localhost@localhost", "localhost"), 400, false),
				new Case("the host as user information", absolute("localhost:1@evil.example", "localhost"), 400, false),
				new Case("HTTP/1.0 without Host", "GET /hello HTTP/1.0\r\n\r\n", 200, true),
				new Case("HTTP/1.0 with a host in the target alone",
						"GET {scheme}://evil.example/hello HTTP/1.0\r\n\r\n", 400, true),
				new Case("TRACE", request("TRACE /hello", ""), 405, false),
				new Case("CONNECT", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n", 405, true),
				new Case("a method in small letters", request("get /hello", ""), 405, false),
				new Case("an unknown method and its body", request("FOO /hello", "Content-Length: 5\r\n") + "hello",
						405, true),
				new Case("an unknown method whose body stays away", request("FOO /hello", "Content-Length: 5\r\n"), 405,
						true),
				new Case("chunked in capitals",
						post("/echo", "Transfer-Encoding: Chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n", 200, false),
				new Case("xchunked", post("/echo", "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n", 501, true),
				new Case("gzip, chunked", post("/echo", "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n", 501,
						true),
				new Case("chunked, identity", post("/echo", "Transfer-Encoding: chunked, identity\r\n"), 501, true),
				new Case("identity", post("/echo", "Transfer-Encoding: identity\r\n"), 501, true),
				new Case("chunked in HTTP/1.0",
						"POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
						true),
				new Case("a multipart body with GET",
						get("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n") + "--x--", 400,
						true),
				new Case("a target that is no path", request("OPTIONS *", ""), 400, false),
				new Case("a length that is too long",
						post("/hash", "Content-Length: " + TOO_LONG + "\r\n") + "x".repeat(TOO_LONG), 413, true),
				new Case("the same, ignored",
						post("/ignore", "Content-Length: " + TOO_LONG + "\r\n") + "x".repeat(TOO_LONG), 413, true),
				new Case("the same, announced",
						post("/hash", "Expect: 100-continue\r\nContent-Length: " + TOO_LONG + "\r\n"), 413, true),
				new Case("chunks that are too long",
						post("/hash", "Transfer-Encoding: chunked\r\n")
								+ ("3e8\r\n" + "x".repeat(1000) + "\r\n").repeat(TOO_LONG / 1000) + "0\r\n\r\n",
						413, true));
	}

	@ParameterizedTest
	@MethodSource("overHttp1")
	void overHttp1(Case each, CapturedOutput output) {
		for (WebApplicationType type : tls.keySet()) {
			try (SlowClient client = SlowClient.connect(plain.get(type).port())) {
				verify(client, each, "http", type);
			}
			try (SlowClient client = SlowClient.tls(tls.get(type).port())) {
				verify(client, each, "https", type);
			}
		}
		assertThatNothingWasLogged(output);
	}

	private static void verify(SlowClient client, Case each, String scheme, WebApplicationType type) {
		String port = scheme.equals("https") ? "443" : "80";
		send(client, each.request().replace("{scheme}", scheme).replace("{port}", port));
		SlowClient.Response response = client.response();
		assertThat(response.status()).as(type + ", " + each).isEqualTo(each.status());
		assertThat(response.headers().get("connection")).isEqualTo(each.closes() ? "close" : "keep-alive");
		if (each.status() == 405) {
			assertThat(response.headers()).containsEntry("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
		}
		if (!each.closes()) {
			assertThat(client.get("/hello").response().text()).isEqualTo("hello");
		}
	}

	/**
	 * Sends while the answer is awaited: the server need not wait for the end.
	 */
	private static void send(SlowClient client, String request) {
		Thread sender = new Thread(() -> {
			try {
				client.send(request);
			}
			catch (IllegalStateException ex) {
				// Refused.
			}
		});
		sender.setDaemon(true);
		sender.start();
	}

	record Http2Case(String name, int status, String method, byte[] body, String... more) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Http2Case> overHttp2() {
		byte[] none = new byte[0];
		return Stream.of(new Http2Case("an honest GET", 200, "GET", none, "x", "a b"),
				new Http2Case("TRACE", 405, "TRACE", none), new Http2Case("small letters", 405, "get", none),
				new Http2Case("an unknown method and its body", 405, "FOO", new byte[5]),
				new Http2Case("CR LF", 400, "GET", none, "x", "a\r\ny: b"),
				new Http2Case("NUL", 400, "GET", none, "x", "a\0b"),
				new Http2Case("a space before", 400, "GET", none, "x", " a"),
				new Http2Case("a tab after", 400, "GET", none, "x", "a\t"),
				new Http2Case("a colon in a name", 400, "GET", none, "x:y", "a"),
				new Http2Case("keep-alive", 400, "GET", none, "keep-alive", "5"),
				new Http2Case("upgrade", 400, "GET", none, "upgrade", "h2c"),
				new Http2Case("proxy-connection", 400, "GET", none, "proxy-connection", "close"),
				new Http2Case("cookies in parts", 200, "GET", none, crumbs(90)),
				new Http2Case("too many cookies in parts", 431, "GET", none, crumbs(101)),
				new Http2Case("many fields", 431, "GET", none,
						IntStream.range(0, 105)
							.boxed()
							.flatMap((number) -> Stream.of("x" + number, "1"))
							.toArray(String[]::new)),
				new Http2Case("a multipart body with GET", 400, "GET", new byte[5], "content-type",
						"multipart/form-data; boundary=x"),
				new Http2Case("a length that is too long", 413, "POST", new byte[1000], "content-length",
						String.valueOf(TOO_LONG), "content-type", "application/octet-stream"),
				new Http2Case("a body that is too long", 413, "POST", new byte[TOO_LONG], "content-type",
						"application/octet-stream"));
	}

	@ParameterizedTest
	@MethodSource("overHttp2")
	void overHttp2(Http2Case each, CapturedOutput output) {
		for (Map.Entry<WebApplicationType, TestServer> server : tls.entrySet()) {
			try (Http2Client client = Http2Client.honest(server.getValue().port())) {
				int end = (each.body().length == 0) ? Http2Client.END_STREAM : 0;
				String path = each.method().equals("POST") ? "/hash" : "/hello";
				client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | end, 1,
						Http2Client.headers(each.method(), path, each.more()));
				if (end == 0) {
					boolean whole = !List.of(each.more()).contains("content-length");
					client.upload(1, each.body(), whole);
				}
				assertThat(client.response(1).status()).as(server.getKey() + ", " + each).isEqualTo(each.status());
				assertThat(client.get(3, "/hello").response(3).text()).isEqualTo("hello");
			}
		}
		assertThatNothingWasLogged(output);
	}

	@Test
	void farTooManyFieldsEndAnHttp2Connection() {
		try (Http2Client client = Http2Client.honest(tls.get(WebApplicationType.SERVLET).port())) {
			client.frame(Http2Client.HEADERS, Http2Client.END_HEADERS | Http2Client.END_STREAM, 1,
					Http2Client.headers("GET", "/hello",
							IntStream.range(0, 120)
								.boxed()
								.flatMap((number) -> Stream.of("x" + number, "1"))
								.toArray(String[]::new)));
			assertThat(client.awaitEnd(Duration.ofSeconds(10))).isTrue();
			assertThat(goAways(client)).containsExactly(ENHANCE_YOUR_CALM);
		}
	}

	private static String[] crumbs(int number) {
		return IntStream.range(0, number)
			.boxed()
			.flatMap((each) -> Stream.of("cookie", "c" + each + "=1"))
			.toArray(String[]::new);
	}

	private static List<Integer> goAways(Http2Client client) {
		return client.frames()
			.stream()
			.filter((frame) -> frame.type() == Http2Client.GOAWAY)
			.map((frame) -> ByteBuffer.wrap(frame.payload()).getInt(4))
			.toList();
	}

	@Test
	void theCrumbsOfOneCookieAreOneFieldAndFarTooManyEndTheConnection() {
		try (TestServer server = TestServer.start("hardened.protocol.max-headers=30");
				Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/hello", crumbs(30)).response(1).status()).isEqualTo(200);
			assertThat(client.get(3, "/hello", crumbs(100)).response(3).status()).isEqualTo(200);
			assertThat(client.get(5, "/hello", crumbs(101)).response(5).status()).isEqualTo(431);
			client.get(7, "/hello", crumbs(121));
			assertThat(client.awaitEnd(Duration.ofSeconds(10))).isTrue();
			assertThat(goAways(client)).containsExactly(ENHANCE_YOUR_CALM);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void aRefusedClientThatDripsOnIsCut(WebApplicationType type) {
		try (TestServer server = TestServer.start(type, "hardened.timeout.read=1s");
				SlowClient client = SlowClient.tls(server.port())) {
			client.send(request("FOO /hello", "Content-Length: 100000\r\n"));
			assertThat(client.response().status()).isEqualTo(405);
			client.drip("x".repeat(100), Duration.ofMillis(200));
			assertThat(client.awaitEnding(Duration.ofSeconds(10))).isNotEqualTo(SlowClient.Ending.NONE);
		}
	}

	@Test
	void whoOnlyObservesRefusesNothing() {
		try (TestServer server = TestServer.startWith(List.of(ClientFaultTests.Rejections.class),
				"hardened.mode=observe");
				SlowClient client = SlowClient.tls(server.port());
				SlowClient other = SlowClient.tls(server.port())) {
			assertThat(client.send(get(fields(150))).response().status()).isEqualTo(200);
			other.send(post("/ignore", "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n");
			assertThat(other.response().status()).isEqualTo(200);
			// The fields by the gate, which would have ended the connection, and by their
			// rule.
			assertThat(server.bean(ClientFaultTests.Rejections.class).spared()).isEqualTo(3);
		}
	}

	@Test
	void theLimitsOfBootWin() {
		try (TestServer server = TestServer.start("server.undertow.max-headers=150",
				"server.undertow.max-http-post-size=4MB", "server.undertow.options.server.max-cookies=3");
				SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.send(get(fields(140))).response().status()).isEqualTo(200);
			assertThat(client.post("/hash", new byte[TOO_LONG]).response().status()).isEqualTo(200);
			assertThat(client.send(get("Cookie: a=1; b=2; c=3\r\n")).response().status()).isEqualTo(200);
			assertThat(client.send(get("Cookie: a=1; b=2; c=3; d=4\r\n")).response().status()).isEqualTo(431);
			assertThat(client.send(get(fields(151))).response().status()).isEqualTo(431);
		}
	}

	@Test
	void theNumberOfStreamsIsAdvertised() {
		try (Http2Client client = Http2Client.honest(tls.get(WebApplicationType.SERVLET).port())) {
			assertThat(client.await(Duration.ofSeconds(10),
					(frames) -> frames.stream().anyMatch(RequestRulesTests::allows100Streams)))
				.isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void anHttp2ClientThatGoesOnSendingHearsOfItAllTheSame(WebApplicationType type) {
		try (Http2Client client = Http2Client.honest(tls.get(type).port())) {
			client.post(1, "/hash", "content-type", "application/octet-stream");
			Thread sender = new Thread(() -> {
				try {
					client.upload(1, new byte[10 * TOO_LONG], false);
				}
				catch (IllegalStateException ex) {
					// Refused.
				}
			});
			sender.setDaemon(true);
			sender.start();
			assertThat(client.await(Duration.ofSeconds(20),
					(frames) -> frames.stream().anyMatch((frame) -> "413".equals(frame.headers().get(":status")))))
				.isTrue();
		}
	}

	private static boolean allows100Streams(Http2Client.Frame frame) {
		if (frame.type() == Http2Client.SETTINGS) {
			for (int at = 0; at + 6 <= frame.payload().length; at += 6) {
				if (frame.payload()[at + 1] == 3 && frame.payload()[at + 5] == 100) {
					return true;
				}
			}
		}
		return false;
	}

	private void assertThatNothingWasLogged(CapturedOutput output) {
		assertThat(output.getAll().substring(this.logged)).doesNotContain("ERROR")
			.doesNotContain(" WARN ")
			.doesNotContain("\tat ");
	}

	private static String get(String fields) {
		return request("GET /hello", fields);
	}

	private static String absolute(String authority, String host) {
		return "GET {scheme}://" + authority + "/hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
	}

	private static String post(String path, String fields) {
		return request("POST " + path, "Content-Type: application/octet-stream\r\n" + fields);
	}

	private static String request(String target, String fields) {
		return target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
	}

	private static String fields(int number) {
		return IntStream.range(0, number).mapToObj((each) -> "X" + each + ": 1\r\n").collect(Collectors.joining());
	}

}
