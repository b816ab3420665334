package io.github.hardenedhttp.sample;

import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/**
 * The application.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Starts the application.
	 * @param args properties, for example {@code --hardened.tls.profile=modern}
	 */
	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

	@Bean
	HandlerMapping socketMapping() {
		// Before the static resources, which match everything.
		return new SimpleUrlHandlerMapping(Map.of("/socket", new EchoSocket()), 0);
	}

}
