package io.github.hardenedhttp.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@ConditionalOnWebApplication(type = Type.SERVLET)
class TestController {

	@GetMapping("/hello")
	String hello() {
		return "hello";
	}

	@GetMapping("/thread")
	String thread() {
		return Thread.currentThread().toString().startsWith("VirtualThread") ? "virtual" : "platform";
	}

	@GetMapping("/large")
	void large(@RequestParam(defaultValue = "104857600") int bytes, OutputStream out) throws IOException {
		byte[] block = new byte[65_536];
		for (int left = bytes; left > 0; left -= block.length) {
			out.write(block, 0, Math.min(left, block.length));
		}
	}

	/**
	 * Bytes that cannot be compressed.
	 */
	@GetMapping(path = "/noise", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	byte[] noise(@RequestParam int bytes) {
		byte[] noise = new byte[bytes];
		new Random(0).nextBytes(noise);
		return noise;
	}

	@GetMapping("/think")
	String think(@RequestParam long millis) {
		pause(millis);
		return "thought";
	}

	@GetMapping("/think-async")
	Callable<String> thinkAsync(@RequestParam long millis) {
		return () -> think(millis);
	}

	/**
	 * A line each so many milliseconds, flushed.
	 */
	@GetMapping("/trickle")
	void trickle(@RequestParam int lines, @RequestParam long millis, OutputStream out) throws IOException {
		for (int line = 0; line < lines; line++) {
			pause(millis);
			out.write(("line " + line + "\n").getBytes());
			out.flush();
		}
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events(@RequestParam int events, @RequestParam long millis) {
		SseEmitter emitter = new SseEmitter(0L);
		Thread producer = new Thread(() -> {
			try {
				for (int event = 0; event < events; event++) {
					pause(millis);
					emitter.send("event " + event);
				}
				emitter.complete();
			}
			catch (IOException ex) {
				// The client has left.
			}
		}, "events");
		producer.setDaemon(true);
		producer.start();
		return emitter;
	}

	@PostMapping("/echo")
	byte[] echo(@RequestBody byte[] body) {
		return body;
	}

	@PostMapping("/ignore")
	String ignore() {
		return "ignored";
	}

	@PostMapping("/hash")
	String hash(InputStream in) throws IOException {
		Digest digest = new Digest();
		byte[] block = new byte[8192];
		for (int count = in.read(block); count >= 0; count = in.read(block)) {
			digest.add(block, count);
		}
		return digest.text();
	}

	@PostMapping("/think-hash")
	String thinkHash(@RequestParam long millis, InputStream in) throws IOException {
		pause(millis);
		return hash(in);
	}

	@PostMapping("/hash-bytes")
	String hashBytes(@RequestBody(required = false) byte[] body) {
		return Digest.of((body != null) ? body : new byte[0]);
	}

	@PostMapping("/hash-callable")
	Callable<String> hashCallable(InputStream in) {
		return () -> hash(in);
	}

	@PostMapping("/hash-listener")
	void hashListener(HttpServletRequest request, HttpServletResponse response) throws IOException {
		AsyncContext async = request.startAsync();
		async.setTimeout(0);
		ServletInputStream in = request.getInputStream();
		Digest digest = new Digest();
		in.setReadListener(new ReadListener() {

			private final byte[] block = new byte[8192];

			@Override
			public void onDataAvailable() throws IOException {
				while (in.isReady() && !in.isFinished()) {
					int count = in.read(this.block);
					if (count > 0) {
						digest.add(this.block, count);
					}
				}
			}

			@Override
			public void onAllDataRead() throws IOException {
				response.getOutputStream().write(digest.text().getBytes());
				async.complete();
			}

			@Override
			public void onError(Throwable ex) {
				async.complete();
			}

		});
	}

	@PostMapping("/form")
	String form(@RequestParam String first, @RequestParam String second) {
		return first.length() + " " + second;
	}

	@PostMapping("/multipart")
	String multipart(@RequestParam MultipartFile file) throws IOException {
		return Digest.of(file.getBytes());
	}

	@GetMapping("/upgrade")
	void upgrade(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
		response.setHeader("Upgrade", "echo");
		request.upgrade(EchoUpgradeHandler.class);
	}

	private static void pause(long millis) {
		long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
	}

	/**
	 * Sends back what comes.
	 */
	public static final class EchoUpgradeHandler implements HttpUpgradeHandler {

		@Override
		public void init(WebConnection connection) {
			try {
				ServletInputStream in = connection.getInputStream();
				OutputStream out = connection.getOutputStream();
				Thread echo = new Thread(() -> {
					try {
						for (int next = in.read(); next >= 0; next = in.read()) {
							out.write(next);
							out.flush();
						}
						connection.close();
					}
					catch (Exception ex) {
						// The client has left.
					}
				}, "echo");
				echo.setDaemon(true);
				echo.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public void destroy() {
		}

	}

}
