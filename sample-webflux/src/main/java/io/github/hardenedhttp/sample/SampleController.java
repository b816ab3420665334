package io.github.hardenedhttp.sample;

import java.time.Duration;
import java.time.Instant;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One address for each kind of traffic: small, up, down, late, and a stream that does not
 * end.
 */
@RestController
class SampleController {

	private static final int PART = 8 * 1024;

	@GetMapping(path = "/hello", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> hello() {
		return Mono.just("hello");
	}

	/**
	 * Answers the body with the body, while it is still arriving.
	 * @param request of any content type
	 * @param response of the same
	 * @return when all is written
	 */
	@PostMapping("/echo")
	Mono<Void> echo(ServerHttpRequest request, ServerHttpResponse response) {
		// As it came: Spring would write it in its own way.
		request.getHeaders()
			.getOrEmpty(HttpHeaders.CONTENT_TYPE)
			.forEach((type) -> response.getHeaders().set(HttpHeaders.CONTENT_TYPE, type));
		if (request.getHeaders().getContentLength() >= 0) {
			response.getHeaders().setContentLength(request.getHeaders().getContentLength());
		}
		return response.writeWith(request.getBody());
	}

	/**
	 * Takes a body and answers its length.
	 * @param request of any content type
	 * @return number of bytes
	 */
	@PostMapping(path = "/length", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> length(ServerHttpRequest request) {
		return request.getBody().map(SampleController::taken).reduce(0L, Long::sum).map(String::valueOf);
	}

	private static long taken(DataBuffer buffer) {
		int length = buffer.readableByteCount();
		DataBufferUtils.release(buffer);
		return length;
	}

	/**
	 * Answers 10 MB, or as much as is asked for, in parts of 8 KB.
	 * @param kilobytes the size
	 * @param response a run of the bytes 0 to 255, over and over
	 * @return when all is written
	 */
	@GetMapping(path = "/large", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Mono<Void> large(@RequestParam(defaultValue = "10240") int kilobytes, ServerHttpResponse response) {
		byte[] part = new byte[PART];
		for (int i = 0; i < part.length; i++) {
			part[i] = (byte) i;
		}
		long size = kilobytes * 1024L;
		int parts = Math.toIntExact((size + PART - 1) / PART);
		response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
		response.getHeaders().setContentLength(size);
		return response.writeWith(Flux.range(0, parts).map((number) -> {
			int length = (int) Math.min(PART, size - (long) number * PART);
			return response.bufferFactory().allocateBuffer(length).write(part, 0, length);
		}));
	}

	/**
	 * Answers after a while.
	 * @param time how long it thinks
	 * @return that it has thought
	 */
	@GetMapping(path = "/think", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> think(@RequestParam(defaultValue = "1s") @DurationFormat(style = Style.SIMPLE) Duration time) {
		return Mono.delay(time).thenReturn("thought");
	}

	/**
	 * Sends the time as server-sent events, the first one at once.
	 * @param every time from one event to the next, such as {@code 500ms}
	 * @param count number of events; zero or less: until the client goes
	 * @return the stream
	 */
	@GetMapping("/events")
	Flux<ServerSentEvent<String>> events(
			@RequestParam(defaultValue = "1s") @DurationFormat(style = Style.SIMPLE) Duration every,
			@RequestParam(defaultValue = "0") long count) {
		return Flux.interval(Duration.ZERO, every)
			.onBackpressureDrop()
			.take((count > 0) ? count : Long.MAX_VALUE)
			.map((number) -> ServerSentEvent.builder(Instant.now().toString()).build());
	}

}
