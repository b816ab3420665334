package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.OnOneJava;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deadlines of single requests in WebFlux applications.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class ReactiveRequestDeadlineTests {

	private static final String BODY = "Host: localhost\r\nContent-Length: 1000000\r\n\r\n";

	private static final String HOST = "Host: localhost\r\n\r\n";

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.startWith(WebApplicationType.REACTIVE,
				List.of(Configured.class, Methods.class, AnnotatedClass.class), "hardened.timeout.read=1s",
				"hardened.timeout.write=1s", "hardened.timeout.paths[0].pattern=/path/**",
				"hardened.timeout.paths[0].read=5s", "hardened.timeout.paths[1].pattern=/short/**",
				"hardened.timeout.paths[1].total=2s");
		try (SlowClient client = SlowClient.tls(server.port())) {
			client.get("/hello").response();
		}
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void forget() {
		verifyEnded();
		Methods.failures.clear();
	}

	@Test
	void withoutAWordItIsAsConfigured() {
		assertThat(secondsOfStalledBody("/read/plain")).isBetween(0.9, 3.7);
	}

	@Test
	void aMethodHasMoreTime() {
		assertThat(secondsOfStalledBody("/read/method")).isBetween(3.9, 10.0);
	}

	@Test
	void aClassHasMoreTime() {
		assertThat(secondsOfStalledBody("/class/plain")).isBetween(3.9, 10.0);
	}

	@Test
	void aMethodReplacesItsClass() {
		assertThat(secondsOfStalledBody("/class/method")).isBetween(1.4, 3.7);
	}

	@Test
	void aPathHasMoreTime() {
		assertThat(secondsOfStalledBody("/path/plain")).isBetween(4.9, 10.0);
	}

	@Test
	void aRequestCanExtend() {
		assertThat(secondsOfStalledBody("/read/extend")).isBetween(3.9, 10.0);
	}

	@Test
	void aRequestCanSet() {
		assertThat(secondsOfStalledBody("/read/set")).isBetween(3.9, 10.0);
	}

	@Test
	void aRequestCanLift() {
		try (SlowClient client = SlowClient.tls(server.port())) {
			client.send("POST /read/lift HTTP/1.1\r\n" + BODY).send(new byte[70_000]);
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
			assertThat(client.send(new byte[930_000]).response().status()).isEqualTo(200);
		}
	}

	@Test
	void aFiltersDecoratorsHideNothing() {
		assertThat(secondsOfStalledBody("/read/decorated")).isBetween(3.9, 10.0);
	}

	@Test
	void aHandlerFunctionHasThem() {
		assertThat(secondsOfStalledBody("/read/function")).isBetween(3.9, 10.0);
	}

	@Test
	void formDataIsWatchedToo() {
		assertThat(seconds("POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n" + BODY,
				CloseReason.READ_TIMEOUT))
			.isBetween(0.9, 3.7);
	}

	@Test
	void writingCanBeExtendedToo() {
		assertThat(seconds("GET /write/method HTTP/1.1\r\n" + HOST, CloseReason.WRITE_TIMEOUT)).isBetween(3.9, 10.0);
		assertThat(seconds("GET /write/extend HTTP/1.1\r\n" + HOST, CloseReason.WRITE_TIMEOUT)).isBetween(3.9, 10.0);
	}

	@Test
	void aHandlerThatReadsItselfIsToldWhy(CapturedOutput output) throws InterruptedException {
		int logged = output.getAll().length();
		secondsOfStalledBody("/read/plain");
		assertThat(Methods.failures.poll(20, TimeUnit.SECONDS)).isInstanceOfSatisfying(
				RequestDeadlineExceededException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.READ_TIMEOUT));
		verifySilence(output, logged);
	}

	@Test
	void aHandlerOfAStreamIsToldWhy(CapturedOutput output) throws InterruptedException {
		int logged = output.getAll().length();
		try (Http2Client client = Http2Client.honest(server.port())) {
			client.post(1, "/read/plain").data(1, new byte[10], false);
			assertThat(client.awaitReset(1, Duration.ofSeconds(9))).isTrue();
		}
		assertThat(Methods.failures.poll(20, TimeUnit.SECONDS)).isInstanceOfSatisfying(
				RequestDeadlineExceededException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.READ_TIMEOUT));
		verifySilence(output, logged);
	}

	@Test
	void aHandlerThatLetsSpringReadIsNotLogged(CapturedOutput output) {
		int logged = output.getAll().length();
		secondsOfStalledBody("/read/body");
		verifySilence(output, logged);
	}

	@Test
	void totalEndsARequestWhateverItDoes(CapturedOutput output) {
		int logged = output.getAll().length();
		assertThat(seconds("GET /total/trickle HTTP/1.1\r\n" + HOST, CloseReason.TOTAL_TIMEOUT)).isBetween(0.9, 3.7);
		assertThat(seconds("GET /total/think HTTP/1.1\r\n" + HOST, CloseReason.TOTAL_TIMEOUT)).isBetween(0.9, 3.7);
		assertThat(seconds("GET /short/think HTTP/1.1\r\n" + HOST, CloseReason.TOTAL_TIMEOUT)).isBetween(1.9, 3.7);
		assertThat(seconds("GET /total/set HTTP/1.1\r\n" + HOST, CloseReason.TOTAL_TIMEOUT)).isBetween(0.9, 3.7);
		verifySilence(output, logged);
	}

	@Test
	void totalEndsAStreamOnly() {
		try (Http2Client client = Http2Client.honest(server.port())) {
			long start = System.nanoTime();
			client.get(1, "/total/trickle").get(3, "/think?millis=4000");
			assertThat(client.awaitReset(1, Duration.ofSeconds(9))).isTrue();
			assertThat((System.nanoTime() - start) / 1e9).isBetween(0.9, 3.7);
			assertThat(client.response(3).text()).isEqualTo("thought");
		}
	}

	@Test
	void eventStreamsLeaveTotalAside() {
		try (SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.get("/short/events").response().text()).endsWith("data:late\n\n");
		}
	}

	@Test
	void theNativeRequestIsWithinReach() {
		try (SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.post("/native", new byte[10]).response().text()).isEqualTo("/native");
		}
	}

	@Test
	void aMockHasNone() {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
		assertThat(ReactiveRequestDeadlines.of(exchange)).isNull();
	}

	private static void verifySilence(CapturedOutput output, int logged) {
		verifyEnded();
		assertThat(output.getAll().substring(logged)).doesNotContain("WARN").doesNotContain("ERROR");
	}

	private static void verifyEnded() {
		Deadlines deadlines = server.bean(Deadlines.class);
		assertThat(DeadlineWireTests.await(Duration.ofSeconds(20), () -> deadlines.running() == 0))
			.as("running: %d, open: %s", deadlines.running(), server.bean(Guard.class).connections())
			.isTrue();
	}

	private static double secondsOfStalledBody(String path) {
		return seconds("POST " + path + " HTTP/1.1\r\n" + BODY + "x".repeat(70_000), CloseReason.READ_TIMEOUT);
	}

	private static double seconds(String request, CloseReason reason) {
		try (SlowClient client = SlowClient.tls(server.port(), 4096)) {
			long start = System.nanoTime();
			client.send(request);
			GuardedConnection connection = server.bean(Guard.class)
				.connections()
				.stream()
				.filter((open) -> open.peer().equals(client.local()))
				.findFirst()
				.orElseThrow();
			DeadlineWireTests.await(Duration.ofSeconds(20), () -> connection.closeReason() != null);
			assertThat(connection.closeReason()).isEqualTo(reason);
			return (System.nanoTime() - start) / 1e9;
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Configured {

		@Bean
		WebFilter decoratingFilter() {
			return (exchange, chain) -> {
				ServerWebExchange decorated = exchange.mutate()
					.request(new ServerHttpRequestDecorator(exchange.getRequest().mutate().header("X", "y").build()))
					.build();
				if (decorated.getRequest().getPath().value().equals("/read/decorated")) {
					ReactiveRequestDeadlines.of(decorated).setRead(Duration.ofSeconds(4));
				}
				return chain.filter(decorated);
			};
		}

		@Bean
		RouterFunction<ServerResponse> function() {
			return RouterFunctions.route().POST("/read/function", (request) -> {
				ReactiveRequestDeadlines.of(request.exchange()).setRead(Duration.ofSeconds(4));
				return request.bodyToFlux(DataBuffer.class)
					.doOnNext(DataBufferUtils::release)
					.then(ServerResponse.ok().build());
			}).build();
		}

	}

	@RestController
	static class Methods {

		static final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

		@PostMapping({ "/read/plain", "/read/decorated", "/path/plain" })
		Mono<Void> plain(@RequestBody Flux<DataBuffer> body) {
			return body.doOnNext(DataBufferUtils::release).doOnError(failures::add).then();
		}

		@PostMapping("/read/body")
		Mono<String> body(@RequestBody byte[] body) {
			return Mono.just("" + body.length);
		}

		@PostMapping("/read/method")
		@RequestDeadline(read = "4s")
		Mono<Void> method(@RequestBody Flux<DataBuffer> body) {
			return plain(body);
		}

		@PostMapping("/read/extend")
		Mono<Void> extend(RequestDeadlines deadlines, @RequestBody Flux<DataBuffer> body) {
			deadlines.extendRead(Duration.ofSeconds(3));
			return plain(body);
		}

		@PostMapping("/read/set")
		Mono<Void> set(RequestDeadlines deadlines, @RequestBody Flux<DataBuffer> body) {
			return plain(body.doOnNext((buffer) -> deadlines.setRead(Duration.ofSeconds(4))));
		}

		@PostMapping("/read/lift")
		Mono<Void> lift(RequestDeadlines deadlines, @RequestBody Flux<DataBuffer> body) {
			deadlines.liftRead();
			return plain(body);
		}

		@GetMapping("/write/method")
		@RequestDeadline(write = "4s")
		Mono<Void> write(ServerHttpResponse response) {
			return response.writeWith(Flux.range(0, 1000)
				.map((number) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[65_536])));
		}

		@GetMapping("/write/extend")
		Mono<Void> extend(RequestDeadlines deadlines, ServerHttpResponse response) {
			deadlines.extendWrite(Duration.ofSeconds(3));
			return write(response);
		}

		@GetMapping("/total/trickle")
		@RequestDeadline(total = "1s")
		Mono<Void> trickle(ServerHttpResponse response) {
			return response.writeAndFlushWith(Flux.range(0, 200)
				.delayElements(Duration.ofMillis(50))
				.map((number) -> Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(new byte[1000]))));
		}

		@GetMapping("/total/think")
		@RequestDeadline(total = "1s")
		Mono<String> think() {
			return Mono.delay(Duration.ofSeconds(4)).thenReturn("thought");
		}

		@GetMapping("/short/think")
		Mono<String> shortThink() {
			return think();
		}

		@GetMapping("/total/set")
		Mono<String> totalSet(RequestDeadlines deadlines) {
			deadlines.setTotal(Duration.ofSeconds(1));
			return think();
		}

		@GetMapping(path = "/short/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> events() {
			return Flux.concat(Mono.just("early"), Mono.delay(Duration.ofSeconds(3)).thenReturn("late"));
		}

		@PostMapping("/native")
		Mono<String> nativeRequest(ServerWebExchange exchange) {
			HttpServerExchange undertow = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
			return Mono.just(undertow.getRequestPath());
		}

	}

	@RestController
	@RequestMapping("/class")
	@RequestDeadline(read = "4s")
	static class AnnotatedClass {

		@PostMapping("/plain")
		Mono<Void> plain(@RequestBody Flux<DataBuffer> body) {
			return body.doOnNext(DataBufferUtils::release).then();
		}

		@PostMapping("/method")
		@RequestDeadline(read = "1500ms")
		Mono<Void> method(@RequestBody Flux<DataBuffer> body) {
			return plain(body);
		}

	}

}
