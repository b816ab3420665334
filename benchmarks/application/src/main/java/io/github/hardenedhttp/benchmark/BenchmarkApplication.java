package io.github.hardenedhttp.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers little, answers much, and takes what it is sent.
 */
@SpringBootApplication
@RestController
public class BenchmarkApplication {

	private static final byte[] MEBIBYTE = new byte[1024 * 1024];

	/**
	 * Starts the application.
	 * @param args properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(BenchmarkApplication.class, args);
	}

	@GetMapping(path = "/hello", produces = MediaType.TEXT_PLAIN_VALUE)
	String hello() {
		return "Hello, world!";
	}

	@GetMapping(path = "/mebibyte", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	byte[] mebibyte() {
		return MEBIBYTE;
	}

	@PostMapping(path = "/length", produces = MediaType.TEXT_PLAIN_VALUE)
	String length(InputStream body) throws IOException {
		return Long.toString(body.transferTo(OutputStream.nullOutputStream()));
	}

}
