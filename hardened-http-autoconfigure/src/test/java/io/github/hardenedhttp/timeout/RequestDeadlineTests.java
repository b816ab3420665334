package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every request would have a second to send its body and a second to take the response,
 * were it not for the request itself.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class RequestDeadlineTests {

	private static final String BODY = "Host: localhost\r\nContent-Length: 1000000\r\n\r\n";

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.startWith(List.of(Configured.class, Methods.class, AnnotatedClass.class),
				"hardened.timeout.read=1s", "hardened.timeout.write=1s", "hardened.timeout.paths[0].pattern=/path/**",
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
			assertThat(client.awaitEnding(Duration.ofSeconds(3))).isEqualTo(SlowClient.Ending.NONE);
		}
	}

	@Test
	void aFiltersWrapperHidesNothing() {
		assertThat(secondsOfStalledBody("/read/wrapped")).isBetween(3.9, 10.0);
	}

	@Test
	void writingCanBeExtendedToo() {
		assertThat(seconds("GET /write/method HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.WRITE_TIMEOUT))
			.isBetween(3.9, 10.0);
		assertThat(seconds("GET /write/extend HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.WRITE_TIMEOUT))
			.isBetween(3.9, 10.0);
	}

	@Test
	void aHandlerThatReadsItselfIsToldWhy(CapturedOutput output) throws InterruptedException {
		int logged = output.getAll().length();
		secondsOfStalledBody("/read/plain");
		assertThat(Methods.failures.poll(20, TimeUnit.SECONDS))
			.isInstanceOfSatisfying(RequestDeadlineExceededException.class,
					(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.READ_TIMEOUT))
			.hasMessage("The request was cut (read-timeout): broken pipe");
		verifyEnded();
		assertThat(output.getAll().substring(logged)).doesNotContain("WARN").doesNotContain("ERROR");
	}

	@Test
	void aHandlerThatLetsSpringReadIsNotLogged(CapturedOutput output) {
		int logged = output.getAll().length();
		secondsOfStalledBody("/read/body");
		verifyEnded();
		assertThat(output.getAll().substring(logged)).doesNotContain("WARN").doesNotContain("ERROR");
	}

	@Test
	void totalEndsARequestWhateverItDoes(CapturedOutput output) {
		int logged = output.getAll().length();
		assertThat(seconds("GET /total/trickle HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.TOTAL_TIMEOUT))
			.isBetween(0.9, 3.7);
		assertThat(seconds("GET /total/think HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.TOTAL_TIMEOUT))
			.isBetween(0.9, 3.7);
		assertThat(seconds("GET /short/think HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.TOTAL_TIMEOUT))
			.isBetween(1.9, 3.7);
		assertThat(seconds("GET /total/set HTTP/1.1\r\nHost: localhost\r\n\r\n", CloseReason.TOTAL_TIMEOUT))
			.isBetween(0.9, 3.7);
		verifyEnded();
		assertThat(output.getAll().substring(logged)).doesNotContain("WARN").doesNotContain("ERROR");
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

	private static void verifyEnded() {
		WorkerPool pool = server.bean(WorkerPool.class);
		assertThat(DeadlineWireTests.await(Duration.ofSeconds(20), () -> pool.active() == 0)).isTrue();
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
		Filter wrappingFilter() {
			return (request, response, chain) -> {
				HttpServletRequestWrapper wrapped = new HttpServletRequestWrapper(
						new HttpServletRequestWrapper((HttpServletRequest) request));
				if (wrapped.getRequestURI().equals("/read/wrapped")) {
					ServletRequestDeadlines.of(wrapped).setRead(Duration.ofSeconds(4));
				}
				chain.doFilter(wrapped, response);
			};
		}

	}

	@RestController
	static class Methods {

		static final BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();

		@PostMapping({ "/read/plain", "/read/wrapped", "/path/plain" })
		void plain(InputStream in) throws IOException {
			try {
				in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				failures.add(ex);
				throw ex;
			}
		}

		@PostMapping("/read/body")
		int body(@RequestBody byte[] body) {
			return body.length;
		}

		@PostMapping("/read/method")
		@RequestDeadline(read = "4s")
		void method(InputStream in) throws IOException {
			plain(in);
		}

		@PostMapping("/read/extend")
		void extend(RequestDeadlines deadlines, InputStream in) throws IOException {
			deadlines.extendRead(Duration.ofSeconds(3));
			plain(in);
		}

		@PostMapping("/read/set")
		void set(RequestDeadlines deadlines, InputStream in) throws IOException {
			for (int read = 0; read < 70_000; read++) {
				in.read();
			}
			deadlines.setRead(Duration.ofSeconds(4));
			plain(in);
		}

		@PostMapping("/read/lift")
		void lift(RequestDeadlines deadlines, InputStream in) throws IOException {
			deadlines.liftRead();
			plain(in);
		}

		@GetMapping("/write/method")
		@RequestDeadline(write = "4s")
		void write(OutputStream out) throws IOException {
			for (int block = 0; block < 1000; block++) {
				out.write(new byte[65_536]);
			}
		}

		@GetMapping("/write/extend")
		void extend(RequestDeadlines deadlines, OutputStream out) throws IOException {
			deadlines.extendWrite(Duration.ofSeconds(3));
			write(out);
		}

		@GetMapping("/total/trickle")
		@RequestDeadline(total = "1s")
		void trickle(OutputStream out) throws IOException {
			for (int block = 0; block < 200; block++) {
				out.write(new byte[1000]);
				out.flush();
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
			}
		}

		@GetMapping({ "/total/think" })
		@RequestDeadline(total = "1s")
		String think() {
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
			return "thought";
		}

		@GetMapping("/short/think")
		String shortThink() {
			return think();
		}

		@GetMapping("/total/set")
		String totalSet(RequestDeadlines deadlines) {
			deadlines.setTotal(Duration.ofSeconds(1));
			return think();
		}

		@GetMapping("/short/events")
		SseEmitter events() throws IOException {
			SseEmitter emitter = new SseEmitter(0L);
			emitter.send(SseEmitter.event().comment("early"));
			Thread thread = new Thread(() -> {
				LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
				try {
					emitter.send("late");
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
				emitter.complete();
			});
			thread.setDaemon(true);
			thread.start();
			return emitter;
		}

	}

	@RestController
	@RequestMapping("/class")
	@RequestDeadline(read = "4s")
	static class AnnotatedClass {

		@PostMapping("/plain")
		void plain(InputStream in) throws IOException {
			in.transferTo(OutputStream.nullOutputStream());
		}

		@PostMapping("/method")
		@RequestDeadline(read = "1500ms")
		void method(InputStream in, @RequestParam(required = false) String unused) throws IOException {
			plain(in);
		}

	}

}
