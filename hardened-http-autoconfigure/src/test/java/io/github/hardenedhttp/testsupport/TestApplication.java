package io.github.hardenedhttp.testsupport;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application the tests harden: {@code GET /hello} and {@code POST /echo}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(TestApplication.Controller.class)
public class TestApplication {

	@RestController
	static class Controller {

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

		@GetMapping("/large")
		void large(java.io.OutputStream out) throws java.io.IOException {
			byte[] block = new byte[65536];
			for (int i = 0; i < 1600; i++) {
				out.write(block);
			}
		}

		@PostMapping("/echo")
		byte[] echo(@RequestBody byte[] body) {
			return body;
		}

	}

}
