package io.github.hardenedhttp.testsupport;

import java.time.Duration;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@link TestController}, as far as it goes, for WebFlux.
 */
@RestController
@ConditionalOnWebApplication(type = Type.REACTIVE)
class TestReactiveController {

	@GetMapping("/hello")
	Mono<String> hello() {
		return Mono.just("hello");
	}

	@GetMapping("/large")
	Mono<Void> large(@RequestParam(defaultValue = "104857600") int bytes, ServerHttpResponse response) {
		Flux<DataBuffer> blocks = Flux.range(0, bytes / 65_536)
			.map((number) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[65_536]));
		response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
		return response.writeWith(blocks);
	}

	@GetMapping("/think")
	Mono<String> think(@RequestParam long millis) {
		return Mono.delay(Duration.ofMillis(millis)).thenReturn("thought");
	}

	@PostMapping("/echo")
	Mono<byte[]> echo(@RequestBody Mono<byte[]> body) {
		return body;
	}

	@PostMapping("/hash")
	Mono<String> hash(@RequestBody Flux<DataBuffer> body) {
		return body.map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			return bytes;
		}).collect(Digest::new, Digest::add).map(Digest::text).defaultIfEmpty(new Digest().text());
	}

}
