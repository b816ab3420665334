package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The certificate is replaced again and again while requests come in: on new connections,
 * each with a handshake, and on one that stays.
 */
@OnOneJava
class CertificateReloadIT {

	private static final Duration QUIET_PERIOD = Duration.ofMillis(500);

	private static final int REPLACEMENTS = 20;

	private static final Duration BETWEEN_REPLACEMENTS = Duration.ofMillis(1500);

	private static final int NEW_CONNECTIONS_PER_SECOND = 50;

	private static final int REQUESTS_PER_SECOND_ON_THE_OLD_ONE = 50;

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicReference<BigInteger> serialSeen = new AtomicReference<>();

	@TempDir
	private Path directory;

	@Test
	void noRequestFailsAndTheNewCertificateIsServedInTime() throws Exception {
		Path certificate = this.directory.resolve("certificate.pem");
		Path key = this.directory.resolve("key.pem");
		List<Path> replacements = new ArrayList<>();
		for (int number = 0; number <= REPLACEMENTS; number++) {
			replacements.add(makeCertificate(number));
		}
		replace(replacements.get(0), certificate, key);
		List<Duration> delays = new ArrayList<>();
		// The old connection is to live through all of it.
		try (RunningSample sample = RunningSample.start("--hardened.connection.max-requests=1000000",
				"--hardened.certificate.self-signed=false", "--server.ssl.bundle=web",
				"--spring.ssl.bundle.pem.web.reload-on-update=true",
				"--spring.ssl.bundle.pem.web.keystore.certificate=" + certificate,
				"--spring.ssl.bundle.pem.web.keystore.private-key=" + key,
				"--spring.ssl.bundle.watch.file.quiet-period=" + QUIET_PERIOD.toMillis() + "ms")) {
			ScheduledExecutorService clients = Executors.newScheduledThreadPool(8);
			try {
				SSLSocket old = connect(sample.httpsPort());
				get(old);
				clients.scheduleAtFixedRate(() -> request(old), 0, 1_000_000 / REQUESTS_PER_SECOND_ON_THE_OLD_ONE,
						TimeUnit.MICROSECONDS);
				// One task runs at one time only: several, so that a slow one delays none
				int tasks = 5;
				for (int task = 0; task < tasks; task++) {
					clients.scheduleAtFixedRate(() -> requestOnNewConnection(sample.httpsPort()),
							task * 1_000_000L / NEW_CONNECTIONS_PER_SECOND,
							tasks * 1_000_000L / NEW_CONNECTIONS_PER_SECOND, TimeUnit.MICROSECONDS);
				}
				for (int number = 1; number <= REPLACEMENTS; number++) {
					long start = System.nanoTime();
					replace(replacements.get(number), certificate, key);
					delays.add(awaitSerial(BigInteger.valueOf(1000 + number), start));
					TimeUnit.NANOSECONDS.sleep(BETWEEN_REPLACEMENTS.toNanos() - (System.nanoTime() - start));
				}
			}
			finally {
				clients.shutdownNow();
				clients.awaitTermination(10, TimeUnit.SECONDS);
			}
			System.out.printf("%d requests, %d failures; new certificate seen after %s ms%n", this.requests.get(),
					this.failures.size(), delays.stream().map(Duration::toMillis).toList());
			assertThat(this.failures).as(sample.output()).isEmpty();
			assertThat(this.requests.get())
				.isGreaterThan((int) BETWEEN_REPLACEMENTS.multipliedBy(REPLACEMENTS).toSeconds() * 50);
			// Half of them: a machine that is busy with something else delays some.
			assertThat(delays.stream().sorted().toList().get(REPLACEMENTS / 2)).isLessThan(QUIET_PERIOD.plusSeconds(1));
		}
	}

	private Duration awaitSerial(BigInteger serial, long start) throws InterruptedException {
		while (!serial.equals(this.serialSeen.get())) {
			if (System.nanoTime() - start > Duration.ofSeconds(10).toNanos()) {
				throw new AssertionError("The certificate %s was not served: %s".formatted(serial, this.failures));
			}
			TimeUnit.MILLISECONDS.sleep(5);
		}
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private Path makeCertificate(int number) {
		Path base = this.directory.resolve("made-" + number);
		Tool.Result result = Tool.find("openssl")
			.run(Duration.ofSeconds(60),
					("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj /CN=localhost "
							+ "-addext subjectAltName=DNS:localhost -set_serial %d -keyout %s.key -out %s.crt")
						.formatted(1000 + number, base, base)
						.split(" "));
		assertThat(result.exitValue()).as(result.toString()).isZero();
		return base;
	}

	private static void replace(Path source, Path certificate, Path key) throws IOException {
		for (Path target : List.of(certificate, key)) {
			Path next = target.resolveSibling(target.getFileName() + ".next");
			Files.copy(Path.of(source + (target.equals(key) ? ".key" : ".crt")), next);
			Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private void requestOnNewConnection(int port) {
		try (SSLSocket socket = connect(port)) {
			X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
			get(socket);
			this.serialSeen.set(certificate.getSerialNumber());
		}
		catch (IOException | GeneralSecurityException | RuntimeException ex) {
			this.failures.add("new connection: " + ex);
		}
	}

	private void request(SSLSocket socket) {
		try {
			get(socket);
		}
		catch (IOException | RuntimeException ex) {
			this.failures.add("old connection: " + ex);
		}
	}

	private void get(SSLSocket socket) throws IOException {
		Hello.ask(socket, "localhost");
		this.requests.incrementAndGet();
	}

	private static SSLSocket connect(int port) throws IOException, GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new TrustAnybody() }, new SecureRandom());
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
		socket.setSoTimeout(10_000);
		socket.setTcpNoDelay(true);
		socket.startHandshake();
		return socket;
	}

	private static final class TrustAnybody extends X509ExtendedTrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
