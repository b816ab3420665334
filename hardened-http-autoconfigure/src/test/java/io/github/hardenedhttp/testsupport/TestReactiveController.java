package io.github.hardenedhttp.testsupport;

import java.time.Duration;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * {@link TestController}, as far as it goes, for WebFlux.
 */
@RestController
@ConditionalOnWebApplication(type = Type.REACTIVE)
class TestReactiveController {

	private static final int BLOCK = 65_536;

	@GetMapping("/hello")
	Mono<String> hello() {
		return Mono.just("hello");
	}

	@GetMapping("/large")
	Mono<Void> large(@RequestParam(defaultValue = "104857600") int bytes, ServerHttpResponse response) {
		int blocks = (bytes + BLOCK - 1) / BLOCK;
		Flux<DataBuffer> body = Flux.range(0, blocks)
			.map((number) -> buffer(new byte[Math.min(BLOCK, bytes - number * BLOCK)]));
		response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
		return response.writeWith(body);
	}

	@GetMapping("/think")
	Mono<String> think(@RequestParam long millis) {
		return Mono.delay(Duration.ofMillis(millis)).thenReturn("thought");
	}

	/**
	 * The same on a thread of the application's own.
	 */
	@GetMapping("/think-async")
	Mono<String> thinkAsync(@RequestParam long millis) {
		return think(millis).publishOn(Schedulers.boundedElastic());
	}

	/**
	 * A line each so many milliseconds, flushed.
	 */
	@GetMapping("/trickle")
	Mono<Void> trickle(@RequestParam int lines, @RequestParam long millis, ServerHttpResponse response) {
		return response.writeAndFlushWith(Flux.range(0, lines)
			.delayElements(Duration.ofMillis(millis))
			.map((line) -> Mono.just(buffer(("line " + line + "\n").getBytes()))));
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> events(@RequestParam int events, @RequestParam long millis) {
		return Flux.range(0, events).delayElements(Duration.ofMillis(millis)).map((event) -> "event " + event);
	}

	@PostMapping("/echo")
	Mono<byte[]> echo(@RequestBody Mono<byte[]> body) {
		return body;
	}

	/**
	 * What has arrived is answered, whether more comes or not.
	 */
	@PostMapping("/mirror")
	Mono<Void> mirror(ServerHttpRequest request, ServerHttpResponse response) {
		response.getHeaders().setContentLength(request.getHeaders().getContentLength());
		return response.writeWith(request.getBody());
	}

	@PostMapping("/ignore")
	Mono<String> ignore() {
		return Mono.just("ignored");
	}

	@PostMapping("/hash")
	Mono<String> hash(@RequestBody Flux<DataBuffer> body) {
		return body.map(TestReactiveController::bytes)
			.collect(Digest::new, Digest::add)
			.map(Digest::text)
			.defaultIfEmpty(new Digest().text());
	}

	/**
	 * The same, reading one buffer at a time on a thread of the application's own.
	 */
	@PostMapping("/hash-async")
	Mono<String> hashAsync(@RequestBody Flux<DataBuffer> body) {
		return hash(body.publishOn(Schedulers.boundedElastic(), 1)).subscribeOn(Schedulers.boundedElastic());
	}

	@PostMapping("/think-hash")
	Mono<String> thinkHash(@RequestParam long millis, @RequestBody Flux<DataBuffer> body) {
		return Mono.delay(Duration.ofMillis(millis)).then(hash(body));
	}

	@PostMapping("/form")
	Mono<String> form(ServerWebExchange exchange) {
		return exchange.getFormData().map((form) -> form.getFirst("first").length() + " " + form.getFirst("second"));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		return bytes;
	}

	private static DataBuffer buffer(byte[] bytes) {
		return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
	}

}
