package io.github.hardenedhttp.connection;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.SlowClient.Ending;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that gives up requests, in every way it can.
 */
@ExtendWith(OutputCaptureExtension.class)
class AbortExchangeTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final AtomicInteger open = new AtomicInteger();

	private static final AtomicInteger handled = new AtomicInteger();

	private static final AtomicInteger errorPages = new AtomicInteger();

	private static TestServer servlet;

	private static TestServer reactive;

	@BeforeAll
	static void start() {
		servlet = TestServer.startWith(List.of(Servlet.class, Advice.class, Open.class), "server.shutdown=graceful");
		reactive = TestServer.startWith(WebApplicationType.REACTIVE, List.of(Reactive.class, Open.class),
				"server.shutdown=graceful");
	}

	@AfterAll
	static void stop() {
		servlet.close();
		reactive.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/abort", "/abort-wrapped", "/abort-callable", "/abort-deferred", "/abort-stream",
			"/abort-half", "/abort-buffered", "/abort-emitter", "/filter/before", "/filter/after", "/filter/swallowed",
			"/handler" })
	void theConnectionIsReset(String path, CapturedOutput output) throws Exception {
		verifyReset(servlet, path, output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/abort", "/abort-wrapped", "/abort-callable", "/abort-deferred", "/abort-stream",
			"/abort-half", "/abort-buffered", "/abort-emitter", "/filter/before", "/filter/after", "/filter/swallowed",
			"/handler" })
	void onlyTheStreamIsReset(String path, CapturedOutput output) throws Exception {
		verifyStreamReset(servlet, path, output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/abort", "/throw", "/abort-half", "/abort-later", "/filter/before" })
	void theConnectionIsResetByWebFlux(String path, CapturedOutput output) throws Exception {
		verifyReset(reactive, path, output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/abort", "/throw", "/abort-half", "/abort-later", "/filter/before" })
	void onlyTheStreamIsResetByWebFlux(String path, CapturedOutput output) throws Exception {
		verifyStreamReset(reactive, path, output);
	}

	/**
	 * The I/O thread sends while a worker aborts.
	 * @param path where half a response is sent
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/abort-half", "/abort-emitter" })
	void manyStreamsOfOneConnectionCanBeReset(String path) {
		try (Http2Client client = Http2Client.honest(servlet.port())) {
			for (int stream = 1; stream < 300; stream += 2) {
				assertThat(client.get(stream, path).awaitReset(stream, SOON)).as("stream %d", stream).isTrue();
			}
			assertThat(client.get(301, "/hello").response(301).text()).isEqualTo("hello");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/abort-half", "/abort-stream" })
	void aResponseThatHasBegunHasNoEnd(String path) throws Exception {
		try (TestClient client = TestClient.tls(servlet.port())) {
			String response = client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").readToEnd();
			assertThat(response).startsWith("HTTP/1.1 200 ")
				.containsIgnoringCase("Transfer-Encoding: chunked")
				.doesNotEndWith("0\r\n\r\n");
		}
	}

	@Test
	void aServerThatOnlyObservesDoesWhatItsApplicationWants() throws Exception {
		try (TestServer observing = TestServer.startWith(List.of(Servlet.class, Open.class), "hardened.mode=observe");
				SlowClient client = SlowClient.tls(observing.port())) {
			assertThat(client.get("/abort-half").awaitEnding(SOON)).isEqualTo(Ending.RESET);
		}
	}

	@Test
	void otherExceptionsGoWhereTheyWent() {
		int before = handled.get();
		int pages = errorPages.get();
		try (SlowClient client = SlowClient.tls(servlet.port())) {
			assertThat(client.get("/filter/fail").response().status()).isEqualTo(500);
		}
		assertThat(handled).hasValue(before + 1);
		assertThat(errorPages).hasValue(pages + 1);
	}

	private static void verifyReset(TestServer server, String path, CapturedOutput output) throws Exception {
		int pages = errorPages.get();
		int printed = output.length();
		try (SlowClient client = SlowClient.tls(server.port())) {
			assertThat(client.get(path).awaitEnding(SOON)).isEqualTo(Ending.RESET);
		}
		verifyNothingIsLeft(pages, output, printed);
	}

	private static void verifyStreamReset(TestServer server, String path, CapturedOutput output) throws Exception {
		int pages = errorPages.get();
		int printed = output.length();
		try (Http2Client client = Http2Client.honest(server.port())) {
			client.get(1, path);
			assertThat(client.awaitReset(1, SOON)).as("reset").isTrue();
			// Not a second request: with WebFlux over HTTP/2 Undertow loses one now and
			// then
			// (UT005032), with or without an abort.
			assertThat(client.ping()
				.await(SOON, (frames) -> frames.stream().anyMatch((frame) -> frame.type() == Http2Client.PING)))
				.as("the connection lives")
				.isTrue();
			assertThat(client.frames()).noneMatch((frame) -> frame.stream() == 1
					&& frame.type() != Http2Client.RST_STREAM && (frame.flags() & Http2Client.END_STREAM) != 0);
		}
		verifyNothingIsLeft(pages, output, printed);
	}

	private static void verifyNothingIsLeft(int pages, CapturedOutput output, int printed) throws InterruptedException {
		for (int wait = 0; wait < 1000 && open.get() > 0; wait++) {
			Thread.sleep(20);
		}
		assertThat(open).as("exchanges that are not complete").hasValue(0);
		assertThat(errorPages).as("error pages").hasValue(pages);
		// What Undertow says of WebFlux over HTTP/2 now and then, with or without an
		// abort.
		assertThat(output.toString().substring(printed).lines())
			.filteredOn((line) -> !line.contains("UT005032: Listener not making progress"))
			.noneMatch((line) -> line.contains(" ERROR ") || line.contains(" WARN ") || line.startsWith("\tat "));
	}

	static class Open {

		@Bean
		RequestHandler counting() {
			return new RequestHandler(HandlerOrder.CONNECTION_STATE, (next) -> (exchange) -> {
				open.incrementAndGet();
				exchange.addExchangeCompleteListener((ended, listener) -> {
					open.decrementAndGet();
					listener.proceed();
				});
				next.handleRequest(exchange);
			});
		}

		@Bean
		RequestHandler aborting() {
			return new RequestHandler(HandlerOrder.DEADLINES, (next) -> (exchange) -> {
				if (exchange.getRequestPath().equals("/handler")) {
					throw new AbortExchangeException();
				}
				next.handleRequest(exchange);
			});
		}

	}

	@ControllerAdvice
	static class Advice {

		@ExceptionHandler
		void any(Exception ex) {
			throw new IllegalStateException(ex);
		}

	}

	@RestController
	static class Servlet {

		@GetMapping("/abort")
		String abort() {
			throw new AbortExchangeException();
		}

		@GetMapping("/abort-wrapped")
		String abortWrapped() {
			throw new IllegalStateException(new AbortExchangeException("for a reason"));
		}

		@GetMapping("/abort-callable")
		Callable<String> abortCallable() {
			return () -> abort();
		}

		@GetMapping("/abort-deferred")
		DeferredResult<String> abortDeferred() {
			DeferredResult<String> result = new DeferredResult<>();
			new Thread(() -> result.setErrorResult(new AbortExchangeException())).start();
			return result;
		}

		@GetMapping("/abort-stream")
		StreamingResponseBody abortStream() {
			return this::abortHalf;
		}

		@GetMapping("/abort-half")
		void abortHalf(OutputStream out) throws IOException {
			out.write(new byte[100_000]);
			out.flush();
			throw new AbortExchangeException();
		}

		@GetMapping("/abort-buffered")
		void abortBuffered(OutputStream out) throws IOException {
			out.write(new byte[100]);
			throw new AbortExchangeException();
		}

		@GetMapping("/abort-emitter")
		SseEmitter abortEmitter() {
			SseEmitter emitter = new SseEmitter();
			new Thread(() -> {
				try {
					emitter.send("one");
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
				emitter.completeWithError(new AbortExchangeException());
			}).start();
			return emitter;
		}

		@GetMapping("/filter/after")
		void after(OutputStream out) throws IOException {
			out.write(new byte[100_000]);
		}

		@GetMapping("/filter/swallowed")
		String swallowed() {
			return abort();
		}

		@Bean
		FilterRegistrationBean<OncePerRequestFilter> filter() {
			return new FilterRegistrationBean<>(new OncePerRequestFilter() {

				@Override
				protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response,
						jakarta.servlet.FilterChain chain) throws ServletException, IOException {
					switch (request.getRequestURI()) {
						case "/filter/before" -> throw new AbortExchangeException();
						case "/filter/fail" -> throw new IllegalStateException("meant to be");
					}
					chain.doFilter(request, response);
					switch (request.getRequestURI()) {
						case "/filter/after" -> throw new ServletException(new AbortExchangeException());
						case "/filter/swallowed" -> throw new IOException("as if a filter had written");
					}
				}

			});
		}

		@Bean
		FilterRegistrationBean<jakarta.servlet.Filter> errorPageCounter() {
			FilterRegistrationBean<jakarta.servlet.Filter> filter = new FilterRegistrationBean<>(
					(request, response, chain) -> {
						errorPages.incrementAndGet();
						chain.doFilter(request, response);
					});
			filter.setDispatcherTypes(DispatcherType.ERROR);
			return filter;
		}

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> ownExceptionHandler() {
			return (factory) -> factory.addDeploymentInfoCustomizers(
					(deployment) -> deployment.setExceptionHandler((exchange, request, response, thrown) -> {
						handled.incrementAndGet();
						return false;
					}));
		}

	}

	@RestController
	static class Reactive {

		@GetMapping("/abort")
		Mono<String> abort() {
			return Mono.error(new AbortExchangeException());
		}

		@GetMapping("/throw")
		Mono<String> abortAtOnce() {
			throw new AbortExchangeException();
		}

		@GetMapping("/abort-later")
		Mono<String> abortLater() {
			return Mono.delay(Duration.ofMillis(50)).flatMap((tick) -> abort());
		}

		@GetMapping("/abort-half")
		Mono<Void> abortHalf(ServerHttpResponse response) {
			return response.writeAndFlushWith(
					Flux.concat(Flux.just(Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(new byte[1000]))),
							Mono.delay(Duration.ofMillis(100)).then(Mono.error(new AbortExchangeException()))));
		}

		@Bean
		WebFilter filter() {
			return (exchange, chain) -> exchange.getRequest().getPath().value().equals("/filter/before")
					? Mono.error(new AbortExchangeException()) : chain.filter(exchange);
		}

	}

}
