package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.pem.PemContent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What is stored, with a real authority on the loopback: killed processes, two instances,
 * a disk that is full or read-only, damage.
 */
@OnOneJava
class AcmeStorageIT {

	private static final Duration LIMIT = Duration.ofSeconds(120);

	private static final int KILLS = 10;

	private final int port = Pebble.freePort();

	private final int challengePort = Pebble.freePort();

	@TempDir
	private Path storage;

	/**
	 * Each time another certificate is ordered, and the process killed between its first
	 * request to the authority and a moment after its last.
	 */
	@Test
	void tenKillsDuringOrdersLoseNeitherTheAccountNorAKey() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		try (Pebble pebble = Pebble.start(this.port, this.challengePort, Duration.ofDays(90))) {
			List<String> certificates = new ArrayList<>();
			int stored = 0;
			for (int i = 0; i < KILLS; i++) {
				certificates.add("--hardened.acme.certificates[%d].name=c%d".formatted(i, i));
				certificates.add("--hardened.acme.certificates[%d].domains=c%d.example".formatted(i, i));
				int requests = requests(pebble) + 1 + random.nextInt(18);
				long pause = random.nextInt(20);
				RunningSample sample = RunningSample.launch(arguments(certificates));
				try {
					await(sample, () -> requests(pebble) >= requests || sample.output().contains("is issued"),
							"request " + requests);
					TimeUnit.MILLISECONDS.sleep(pause);
				}
				finally {
					// SIGKILL
					sample.close();
				}
				assertThat(sample.output()).as("seed %d, kill %d", seed, i)
					.doesNotContain("FAILED TO START", "cannot be");
				assertAllMatch();
				int now = certificates().size();
				assertThat(now).as("certificates after kill %d, seed %d", i, seed).isGreaterThanOrEqualTo(stored);
				stored = now;
			}
			try (RunningSample sample = RunningSample.start(arguments(certificates))) {
				await(sample, () -> certificates().size() == KILLS, "all certificates");
				for (int i = 0; i < KILLS; i++) {
					String domain = "c%d.example".formatted(i);
					await(sample, () -> !issuer(served(sample, domain)).contains("placeholder"), domain);
					assertThat(PemContent.load(live("c" + i).resolve("cert.pem")).getCertificates())
						.containsExactly(served(sample, domain));
				}
			}
			System.out.printf("%d certificates stored after %d kills, %d orders, %d requests, seed %d%n", stored, KILLS,
					pebble.orders(), requests(pebble), seed);
			assertThat(names(this.storage.resolve("accounts"))).hasSize(1);
			assertThat(pebble.output()).contains("There are now 1 accounts in memory")
				.doesNotContain("There are now 2 accounts in memory");
			try (Stream<Path> all = Files.walk(this.storage)) {
				assertThat(all.map((path) -> path.getFileName().toString())).doesNotContain(".new", ".old");
			}
		}
	}

	@Test
	void aKillBetweenFinalizationAndDownloadLosesNoCertificate() throws Exception {
		try (Pebble pebble = Pebble.start(this.port, this.challengePort, Duration.ofDays(90))) {
			List<String> arguments;
			int orders;
			int issued;
			int attempts = 0;
			Path attempted = this.storage;
			// On a busy machine the kill may come after the download: then from the
			// beginning.
			do {
				this.storage = Files.createDirectory(attempted.resolve(Integer.toString(attempts++)));
				arguments = arguments(List.of("--hardened.acme.domains=one.example"));
				issued = pebble.issued();
				int before = pebble.orders();
				killWhenFinalized(pebble, arguments);
				// One, or more where the authority did not accept the first.
				orders = pebble.orders();
				assertThat(orders).as(pebble.problems()).isGreaterThan(before);
			}
			while (!certificates().isEmpty() && attempts < 5);
			assertThat(certificates()).isEmpty();
			try (RunningSample sample = RunningSample.start(arguments)) {
				await(sample, () -> sample.output().contains("is issued"), "certificate");
				assertThat(pebble.orders()).as(pebble.problems()).isEqualTo(orders);
				assertThat(pebble.issued()).as(pebble.problems()).isEqualTo(issued + 1);
				assertThat(PemContent.load(live("acme").resolve("cert.pem")).getCertificates())
					.containsExactly(served(sample, "one.example"));
				assertThat(names(this.storage.resolve("orders"))).isEmpty();
			}
		}
	}

	private static void killWhenFinalized(Pebble pebble, List<String> arguments) {
		int finalized = pebble.count("POST /finalize-order/");
		RunningSample killed = RunningSample.launch(arguments);
		try {
			await(killed, () -> pebble.count("POST /finalize-order/") > finalized, "finalization");
		}
		finally {
			killed.close();
		}
	}

	@Test
	void twoInstancesOnOneDirectoryMakeOneOrderAndDamageIsNamed() throws Exception {
		List<String> arguments = arguments(
				List.of("--hardened.acme.domains=one.example", "--hardened.redirect.port=0"));
		X509Certificate issued;
		try (Pebble pebble = Pebble.start(this.port, this.challengePort, Duration.ofDays(90));
				RunningSample first = RunningSample.launch(arguments);
				RunningSample second = RunningSample.launch(arguments);
				Balancer balancer = Balancer.start(this.challengePort, first, second)) {
			for (RunningSample sample : List.of(first, second)) {
				await(sample, () -> sample.output().contains("Started SampleApplication"), "start");
				await(sample, () -> !issuer(served(sample, "one.example")).contains("placeholder"), "certificate");
			}
			assertThat(balancer.asked()).isPositive();
			assertThat(pebble.orders()).as(pebble.problems()).isEqualTo(1);
			assertThat(pebble.issued()).as(pebble.problems()).isEqualTo(1);
			issued = served(first, "one.example");
			assertThat(served(second, "one.example")).isEqualTo(issued);
		}
		Path key = live("acme").toRealPath().resolve("privkey.pem");
		String whole = Files.readString(key);
		Files.writeString(key, whole.substring(0, whole.length() / 2));
		Map<String, String> before = content();
		RunningSample refused = RunningSample.startInVain(arguments);
		assertThat(refused.exitValue()).isEqualTo(1);
		assertThat(refused.output())
			.contains("APPLICATION FAILED TO START", key + " cannot be read: it is not whole, or not PEM.",
					"Nothing was changed. Restore it from a backup, or move the directory '%s' away"
						.formatted(key.getParent()))
			.doesNotContain("\tat ", whole.lines().skip(1).findFirst().orElseThrow());
		assertThat(content()).isEqualTo(before);
		Files.writeString(key, whole);
		// The authority is no more: nothing is ordered.
		try (RunningSample sample = RunningSample.start(arguments)) {
			assertThat(served(sample, "one.example")).isEqualTo(issued);
		}
	}

	@Test
	void aFullAndThenAReadOnlyDiskKeepTheOldCertificate() throws Exception {
		Path disk = Files.createDirectory(this.storage.resolve("disk"));
		assumeThat(mount("-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", disk.toString()))
			.as("Not tested: only root can mount a small disk")
			.isTrue();
		try (Pebble pebble = Pebble.start(this.port, this.challengePort, Duration.ofSeconds(12))) {
			List<String> arguments = arguments(List.of("--hardened.acme.domains=one.example"));
			arguments.removeIf((argument) -> argument.startsWith("--hardened.acme.storage="));
			arguments.add("--hardened.acme.storage=" + disk);
			try (RunningSample sample = RunningSample.start(arguments)) {
				await(sample, () -> sample.output().contains("is issued"), "certificate");
				fill(disk.resolve("ballast"));
				await(sample, () -> sample.output().contains("No space left on device"), "a word on the full disk");
				X509Certificate old = served(sample, "one.example");
				int orders = pebble.orders();
				assertThat(PemContent
					.load(disk.resolve("live").resolve(names(disk.resolve("live")).get(0)).resolve("cert.pem"))
					.getCertificates()).containsExactly(old);
				assertThat(mount("-o", "remount,ro", disk.toString())).isTrue();
				await(sample, () -> sample.output().contains("Read-only file system"), "a word on the read-only disk");
				assertThat(served(sample, "one.example")).isEqualTo(old);
				assertThat(pebble.orders()).as("an order that could not be saved").isEqualTo(orders);
				assertThat(mount("-o", "remount,rw", disk.toString())).isTrue();
				Files.delete(disk.resolve("ballast"));
				await(sample, () -> !served(sample, "one.example").equals(old), "a new certificate");
				assertThat(sample.output()).doesNotContain("PRIVATE KEY", "\tat ");
			}
		}
		finally {
			Tool.find("umount").run(LIMIT, disk.toString());
		}
	}

	private static boolean mount(String... arguments) {
		return Tool.find("mount").run(LIMIT, arguments).exitValue() == 0;
	}

	private static void fill(Path file) throws IOException {
		try (OutputStream out = Files.newOutputStream(file)) {
			while (true) {
				out.write(new byte[512]);
			}
		}
		catch (IOException ex) {
			assertThat(ex).hasMessageContaining("No space left on device");
		}
	}

	private List<String> arguments(List<String> more) {
		List<String> arguments = new ArrayList<>(Pebble.arguments(this.port, this.challengePort, this.storage));
		for (String argument : more) {
			arguments.removeIf((other) -> other.startsWith(argument.substring(0, argument.indexOf('=') + 1)));
			arguments.add(argument);
		}
		return arguments;
	}

	/**
	 * Every request of the protocol, as the authority has logged it.
	 */
	private static int requests(Pebble pebble) {
		return pebble.count("(POST|GET|HEAD) /");
	}

	private List<String> certificates() {
		return names(this.storage.resolve("live"));
	}

	private Path live(String certificate) {
		return this.storage.resolve("live")
			.resolve(certificates().stream()
				.filter((name) -> name.startsWith(certificate + "_"))
				.findFirst()
				.orElseThrow());
	}

	/**
	 * The key of every certificate that other programs see is its own.
	 */
	private void assertAllMatch() throws IOException {
		for (String name : certificates()) {
			Path live = this.storage.resolve("live").resolve(name);
			String certificate = Tool.find("openssl")
				.run(LIMIT, "x509", "-in", live.resolve("fullchain.pem").toString(), "-noout", "-pubkey")
				.output();
			String key = Tool.find("openssl")
				.run(LIMIT, "pkey", "-in", live.resolve("privkey.pem").toString(), "-pubout")
				.output();
			assertThat(certificate).contains("PUBLIC KEY").isEqualTo(key);
		}
	}

	private static List<String> names(Path directory) {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString())
				.filter((name) -> !name.startsWith("."))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private Map<String, String> content() throws IOException {
		Map<String, String> content = new TreeMap<>();
		try (Stream<Path> all = Files.walk(this.storage)) {
			for (Path path : all.filter(Files::isRegularFile).filter((file) -> !file.endsWith(".lock")).toList()) {
				content.put(path.toString(), Files.readString(path));
			}
		}
		return content;
	}

	private static void await(RunningSample sample, BooleanSupplier condition, String what) {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("Not within %s: %s%n%s", LIMIT, what, sample.output())
				.isLessThan(deadline);
			assertThat(sample.endsWithin(Duration.ofMillis(5))).as(sample.output()).isFalse();
		}
	}

	private static String issuer(X509Certificate certificate) {
		return certificate.getIssuerX500Principal().getName();
	}

	private static X509Certificate served(RunningSample sample, String domain) {
		try (SSLSocket socket = (SSLSocket) Trusting.context()
			.getSocketFactory()
			.createSocket(InetAddress.getLoopbackAddress(), sample.httpsPort())) {
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setServerNames(List.of(new SNIHostName(domain)));
			socket.setSSLParameters(parameters);
			socket.setSoTimeout(10_000);
			return (X509Certificate) socket.getSession().getPeerCertificates()[0];
		}
		catch (IOException ex) {
			throw new AssertionError(sample.output(), ex);
		}
	}

	/**
	 * What stands before several instances, and brings a challenge to the one that knows
	 * its response.
	 */
	private static final class Balancer implements AutoCloseable {

		private static final Duration PATIENCE = Duration.ofSeconds(3);

		private final HttpClient client = HttpClient.newHttpClient();

		private final List<RunningSample> instances;

		private final HttpServer server;

		private final AtomicInteger asked = new AtomicInteger();

		private Balancer(HttpServer server, RunningSample... instances) {
			this.server = server;
			this.instances = List.of(instances);
		}

		static Balancer start(int port, RunningSample... instances) throws IOException {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
			Balancer balancer = new Balancer(server, instances);
			server.createContext("/", balancer::forward);
			server.start();
			return balancer;
		}

		int asked() {
			return this.asked.get();
		}

		/**
		 * The instance that knows the response may be about to say where it listens.
		 */
		private void forward(HttpExchange exchange) throws IOException {
			this.asked.incrementAndGet();
			byte[] body = new byte[0];
			int status = 404;
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (status != 200 && System.nanoTime() < deadline) {
				for (RunningSample instance : this.instances) {
					if (status != 200 && instance.output().contains("Redirecting http on port ")) {
						HttpResponse<byte[]> response = ask(instance, exchange.getRequestURI());
						status = response.statusCode();
						body = response.body();
					}
				}
				Pebble.pause();
			}
			exchange.sendResponseHeaders(status, (body.length > 0) ? body.length : -1);
			exchange.getResponseBody().write(body);
			exchange.close();
		}

		private HttpResponse<byte[]> ask(RunningSample instance, URI uri) throws IOException {
			try {
				return this.client.send(
						HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.redirectPort() + uri)).build(),
						HttpResponse.BodyHandlers.ofByteArray());
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
