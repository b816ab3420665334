package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Certificates from a real authority on the loopback, with all that can go wrong with it.
 */
@OnOneJava
class AcmeIT {

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final Duration LONG = Duration.ofDays(90);

	private final int port = Pebble.freePort();

	private final int challengePort = Pebble.freePort();

	@TempDir
	private Path storage;

	@Test
	void oneStartLeadsFromAnEmptyDirectoryToACertificateAndTheNextNeedsNoOrder() {
		try (Pebble pebble = Pebble.start(this.port, this.challengePort, LONG)) {
			List<String> arguments = arguments("--hardened.acme.domains=www.one.example,one.example",
					"--hardened.acme.certificates[0].name=two", "--hardened.acme.certificates[0].domains=two.example",
					"--hardened.acme.certificates[1].name=refused",
					"--hardened.acme.certificates[1].domains=" + Pebble.BLOCKED, "--hardened.acme.retry-interval=10s");
			X509Certificate first;
			try (RunningSample sample = RunningSample.start(arguments)) {
				await(sample, "The certificate 'acme' for [www.one.example, one.example] is issued");
				await(sample, "The certificate 'two' for [two.example] is issued");
				assertTrusted(sample, pebble, "www.one.example");
				assertTrusted(sample, pebble, "one.example");
				assertTrusted(sample, pebble, "two.example");
				first = served(sample, "one.example");
				// One order is rejected, which does no harm to the others.
				await(sample,
						"No new certificate 'refused' for [blocked.example] after 1 try: The authority refuses: ");
				assertThat(sample.output()).contains("CAA in DNS", "Until then a placeholder is served");
				assertThat(organization(served(sample, Pebble.BLOCKED))).contains("placeholder");
				assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("EC");
				assertThat(get(this.challengePort, "/.well-known/acme-challenge/unknown")).startsWith("HTTP/1.1 404 ");
				assertThat(get(this.challengePort, "/hello")).startsWith("HTTP/1.1 308 ");
				assertThat(sample.output()).doesNotContain("PRIVATE KEY", "\tat ");
			}
			int orders = pebble.orders();
			List<String> again = arguments("--hardened.acme.domains=www.one.example,one.example");
			try (RunningSample sample = RunningSample.start(again)) {
				assertThat(served(sample, "one.example")).isEqualTo(first);
				assertTrusted(sample, pebble, "one.example");
				assertThat(pebble.orders()).isEqualTo(orders);
				assertThat(sample.output()).doesNotContain("placeholder", "is issued");
			}
			// A domain is added: an order, and the old certificate until then.
			List<String> more = arguments("--hardened.acme.domains=www.one.example,one.example,new.one.example");
			try (RunningSample sample = RunningSample.start(more)) {
				await(sample, "one.example, new.one.example] is issued");
				assertTrusted(sample, pebble, "new.one.example");
				assertThat(sample.output()).doesNotContain("placeholder");
			}
		}
	}

	@Test
	void whateverHappensAtTheFirstStartThereIsACertificateInTheEnd() {
		try (RunningSample sample = RunningSample.start(arguments("--hardened.acme.domains=one.example"))) {
			await(sample, "after 1 try: The authority cannot be reached: ");
			assertThat(organization(served(sample, "one.example"))).contains("placeholder");
			int nobody = Pebble.freePort();
			try (Pebble pebble = Pebble.start(this.port, nobody, LONG)) {
				await(sample, "The authority could not see that 'one.example' leads here: ");
				assertThat(sample.output()).contains("its port 80 can be reached");
				assertThat(pebble.orders()).isPositive();
			}
			try (Pebble pebble = Pebble.start(this.port, this.challengePort, LONG)) {
				await(sample, "is issued");
				assertTrusted(sample, pebble, "one.example");
			}
			assertThat(sample.output()).doesNotContain("\tat ");
		}
	}

	@Test
	void noRequestFailsWhileShortLivedCertificatesAreRenewedAndTheAuthorityIsAway() throws Exception {
		Duration validity = Duration.ofSeconds(9);
		List<String> arguments = new ArrayList<>(arguments("--hardened.acme.domains=one.example",
				"--hardened.acme.wait-at-start=true", "--hardened.connection.max-requests=1000000"));
		Pebble pebble = Pebble.start(this.port, this.challengePort, validity);
		try (RunningSample sample = RunningSample.start(arguments); Load load = new Load(sample.httpsPort())) {
			assertThat(sample.output()).containsSubsequence("is issued", "Undertow started");
			await(sample, () -> load.serials() >= 3, "two renewals");
			pebble.close();
			await(sample, "The one that is served is valid for another ");
			await(sample, "The one that is served expired ");
			int before = load.serials();
			pebble = Pebble.start(this.port, this.challengePort, validity);
			await(sample, () -> load.serials() > before, "a renewal after all");
			load.end();
			System.out.printf("%d requests, %d failures, %d certificates%n", load.requests.get(), load.failures.size(),
					load.serials());
			assertThat(load.failures).as(sample.output()).isEmpty();
			assertThat(load.requests.get()).isGreaterThan(500);
		}
		finally {
			pebble.close();
		}
	}

	@Test
	void aStartThatWaitsInVainSaysWhy() {
		RunningSample sample = RunningSample.startInVain(arguments("--hardened.acme.domains=one.example",
				"--hardened.acme.wait-at-start=true", "--hardened.acme.wait-limit=10s"));
		assertThat(sample.exitValue()).isEqualTo(1);
		assertThat(sample.output())
			.contains("APPLICATION FAILED TO START",
					"There was no certificate 'acme' for [one.example] within 10 seconds",
					"The authority cannot be reached", "set 'hardened.acme.wait-at-start' to false")
			.doesNotContain("\tat ");
	}

	private List<String> arguments(String... more) {
		List<String> arguments = new ArrayList<>(Pebble.arguments(this.port, this.challengePort, this.storage));
		for (String argument : more) {
			String key = argument.substring(0, argument.indexOf('=') + 1);
			arguments.removeIf((other) -> other.startsWith(key));
			arguments.add(argument);
		}
		return arguments;
	}

	private static void await(RunningSample sample, String text) {
		await(sample, () -> sample.output().contains(text), text);
	}

	private static void await(RunningSample sample, BooleanSupplier condition, String what) {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("Not within %s: %s%n%s", LIMIT, what, sample.output())
				.isLessThan(deadline);
			assertThat(sample.endsWithin(Duration.ofMillis(50))).as(sample.output()).isFalse();
		}
	}

	private static void assertTrusted(RunningSample sample, Pebble pebble, String domain) {
		Tool.Result result = Tool.find("openssl")
			.run(LIMIT, "s_client", "-connect", "127.0.0.1:" + sample.httpsPort(), "-servername", domain, "-CAfile",
					pebble.root().toString(), "-verify_return_error", "-verify_hostname", domain);
		assertThat(result.exitValue()).as(result.toString()).isZero();
		assertThat(result.output()).contains("Verify return code: 0 (ok)");
	}

	private static X509Certificate served(RunningSample sample, String domain) {
		try (SSLSocket socket = connect(sample.httpsPort(), domain)) {
			return (X509Certificate) socket.getSession().getPeerCertificates()[0];
		}
		catch (IOException ex) {
			throw new AssertionError(sample.output(), ex);
		}
	}

	private static String organization(X509Certificate certificate) {
		return certificate.getIssuerX500Principal().getName();
	}

	private static SSLSocket connect(int port, String domain) throws IOException {
		SSLContext context = Trusting.context();
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setServerNames(List.of(new SNIHostName(domain)));
		socket.setSSLParameters(parameters);
		socket.setSoTimeout(10_000);
		socket.setTcpNoDelay(true);
		socket.startHandshake();
		return socket;
	}

	private static String get(int port, String path) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream()
				.write("GET %s HTTP/1.1\r\nHost: one.example\r\n\r\n".formatted(path)
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Requests on one connection that stays, and on new ones, until it is closed.
	 */
	private static final class Load implements AutoCloseable {

		private static final int NEW_CONNECTIONS_PER_SECOND = 20;

		private static final int REQUESTS_PER_SECOND = 40;

		private final AtomicInteger requests = new AtomicInteger();

		private final Queue<String> failures = new ConcurrentLinkedQueue<>();

		private final Set<X509Certificate> certificates = ConcurrentHashMap.newKeySet();

		private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(3);

		private final int port;

		private final SSLSocket old;

		Load(int port) throws IOException {
			this.port = port;
			this.old = connect(port, "one.example");
			this.clients.scheduleAtFixedRate(() -> attempt("old connection", () -> Hello.ask(this.old, "one.example")),
					0, 1_000_000 / REQUESTS_PER_SECOND, TimeUnit.MICROSECONDS);
			for (int i = 0; i < 2; i++) {
				this.clients.scheduleAtFixedRate(() -> attempt("new connection", this::requestOnNewConnection),
						i * 1_000_000 / NEW_CONNECTIONS_PER_SECOND, 2_000_000 / NEW_CONNECTIONS_PER_SECOND,
						TimeUnit.MICROSECONDS);
			}
		}

		int serials() {
			return this.certificates.size();
		}

		private void attempt(String what, Request request) {
			try {
				request.send();
				this.requests.incrementAndGet();
			}
			catch (IOException | RuntimeException ex) {
				this.failures.add(what + ": " + ex);
			}
		}

		private void requestOnNewConnection() throws IOException {
			try (SSLSocket socket = connect(this.port, "one.example")) {
				Hello.ask(socket, "one.example");
				this.certificates.add((X509Certificate) socket.getSession().getPeerCertificates()[0]);
			}
		}

		@Override
		public void close() {
			end();
		}

		/**
		 * Waits for the last responses.
		 */
		void end() {
			this.clients.shutdown();
			try {
				this.clients.awaitTermination(10, TimeUnit.SECONDS);
				this.old.close();
			}
			catch (IOException ex) {
				// Its requests have been answered.
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private interface Request {

			void send() throws IOException;

		}

	}

}
