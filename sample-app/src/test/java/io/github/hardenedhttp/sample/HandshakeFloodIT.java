package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients who are connected notice of others who only say hello: that costs the
 * server a key pair and a signature, and them nothing. The short form looks that nobody
 * is cut; {@code -Dhandshakes.seconds=5} compares with plain Boot and Undertow, in
 * {@code target/it/handshakes.md}.
 */
class HandshakeFloodIT {

	private static final Integer SECONDS = Integer.getInteger("handshakes.seconds");

	private static final int FLOODERS = Integer.getInteger("handshakes.flooders", 128);

	private static final int ROUNDS = 3;

	private static final int VISITORS = 4;

	// TLS 1.2, an ECDSA suite, x25519 and secp256r1.
	private static final byte[] HELLO = HexFormat.of()
		.parseHex("160301004701000043" + "0303" + "5a".repeat(32) + "00" + "0002c02b" + "0100" + "0018"
				+ "000a00060004001d0017" + "000d000400020403" + "000b00020100");

	private static final byte[] REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
		.getBytes(StandardCharsets.US_ASCII);

	private final Map<String, Supplier<RunningSample>> servers = new LinkedHashMap<>();

	HandshakeFloodIT() {
		List<String> arguments = Certificates.of(KeyType.ECDSA).arguments("--hardened.connection.max-requests=1000000");
		List<String> plain = Certificates.of(KeyType.ECDSA)
			.arguments("--hardened.enabled=false", "--server.http2.enabled=true");
		if (SECONDS != null) {
			this.servers.put("plain Boot", () -> RunningSample.startWith(List.of(), plain));
		}
		this.servers.put("JDK", () -> RunningSample.startWith(List.of(), arguments));
		this.servers.put("Conscrypt", () -> RunningSample.startWithConscrypt(List.of(), arguments));
	}

	@Test
	void whoeverIsConnectedIsServedInAFlood() throws Exception {
		int seconds = (SECONDS != null) ? SECONDS : 2;
		Map<String, List<Result>> results = new LinkedHashMap<>();
		for (int round = 0; round < ((SECONDS != null) ? ROUNDS : 1); round++) {
			for (Map.Entry<String, Supplier<RunningSample>> server : this.servers.entrySet()) {
				try (RunningSample sample = server.getValue().get()) {
					Result quiet = measure(sample.httpsPort(), 0, seconds);
					measure(sample.httpsPort(), FLOODERS, seconds);
					Result flood = measure(sample.httpsPort(), FLOODERS, seconds);
					results.computeIfAbsent(server.getKey() + ", quiet", (name) -> new ArrayList<>()).add(quiet);
					results.computeIfAbsent(server.getKey() + ", flood", (name) -> new ArrayList<>()).add(flood);
				}
			}
		}
		StringBuilder table = new StringBuilder(
				"| | p50 ms | p99 ms | requests/s | hellos answered/s |\n|---|---|---|---|---|\n");
		results.forEach((name, all) -> {
			table.append("| %s | %s | %s | %s | %s |%n".formatted(name, median(all, (result) -> result.percentile(50)),
					median(all, (result) -> result.percentile(99)),
					median(all, (result) -> result.latencies().length / (double) seconds),
					median(all, (result) -> result.answered() / (double) seconds)));
			assertThat(all).allMatch((result) -> result.cut() == 0);
		});
		Files.createDirectories(Path.of("target", "it"));
		Files.writeString(Path.of("target", "it", "handshakes.md"), table);
	}

	private static String median(List<Result> results, ToDoubleFunction<Result> figure) {
		double[] figures = results.stream().mapToDouble(figure).sorted().toArray();
		return "%.1f [%.1f-%.1f]".formatted(figures[figures.length / 2], figures[0], figures[figures.length - 1]);
	}

	private static Result measure(int port, int flooders, int seconds) throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		AtomicInteger answered = new AtomicInteger();
		AtomicInteger cut = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		List<List<Double>> latencies = new ArrayList<>();
		for (int i = 0; i < VISITORS; i++) {
			SSLSocket visitor = connect(port);
			List<Double> own = new ArrayList<>();
			latencies.add(own);
			threads.add(new Thread(() -> visit(visitor, own, over, cut)));
		}
		for (int i = 0; i < flooders; i++) {
			threads.add(new Thread(() -> flood(port, over, answered)));
		}
		threads.forEach(Thread::start);
		LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
		over.set(true);
		for (Thread thread : threads) {
			thread.join(Duration.ofSeconds(20).toMillis());
		}
		double[] all = latencies.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).sorted().toArray();
		return new Result(all, answered.get(), cut.get());
	}

	private static SSLSocket connect(int port) throws Exception {
		SSLContext context = Trusting.context();
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
		socket.setSoTimeout(20_000);
		socket.startHandshake();
		return socket;
	}

	private static void visit(SSLSocket socket, List<Double> latencies, AtomicBoolean over, AtomicInteger cut) {
		byte[] buffer = new byte[8192];
		try (socket) {
			while (!over.get()) {
				long start = System.nanoTime();
				socket.getOutputStream().write(REQUEST);
				String answer = "";
				while (!answer.endsWith("hello")) {
					int count = socket.getInputStream().read(buffer);
					if (count < 0) {
						throw new IOException("end of stream");
					}
					answer += new String(buffer, 0, count, StandardCharsets.US_ASCII);
				}
				latencies.add((System.nanoTime() - start) / 1e6);
				LockSupport.parkNanos(2_000_000);
			}
		}
		catch (IOException ex) {
			cut.incrementAndGet();
		}
	}

	private static void flood(int port, AtomicBoolean over, AtomicInteger answered) {
		while (!over.get()) {
			try (Socket socket = new Socket()) {
				socket.setSoTimeout(10_000);
				socket.setSoLinger(true, 0);
				socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				socket.getOutputStream().write(HELLO);
				InputStream in = socket.getInputStream();
				if (in.read() == 22) {
					answered.incrementAndGet();
				}
			}
			catch (IOException ex) {
				// Refused: come again.
			}
		}
	}

	/**
	 * What was measured.
	 *
	 * @param latencies milliseconds of every request, in order
	 * @param answered the hellos that were answered
	 * @param cut the visitors that were cut
	 */
	private record Result(double[] latencies, int answered, int cut) {

		double percentile(int percent) {
			return (this.latencies.length == 0) ? Double.NaN
					: this.latencies[Math.min(this.latencies.length - 1, this.latencies.length * percent / 100)];
		}

		@Override
		public String toString() {
			return Arrays.toString(this.latencies);
		}

	}

}
