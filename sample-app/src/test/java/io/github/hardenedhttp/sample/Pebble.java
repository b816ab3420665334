package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import javax.net.ssl.HttpsURLConnection;

import io.github.hardenedhttp.sample.Certificates.KeyType;

/**
 * Let's Encrypt's authority for tests, on the loopback. It checks what it is asked to
 * check, rejects a nonce now and then, and makes its root anew with every start. All
 * names lead to this machine; one domain it never gives a certificate for.
 */
final class Pebble implements AutoCloseable {

	/**
	 * The domain orders are rejected for.
	 */
	static final String BLOCKED = "blocked.example";

	private static final Duration START_LIMIT = Duration.ofSeconds(20);

	private static final Path DIRECTORY = Path.of("target", "it", "pebble");

	private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

	private final LoopbackDns dns;

	private final Tool.Running process;

	private final int port;

	private final int managementPort;

	private Pebble(LoopbackDns dns, Tool.Running process, int port, int managementPort) {
		this.dns = dns;
		this.process = process;
		this.port = port;
		this.managementPort = managementPort;
	}

	/**
	 * Starts the authority and waits until it listens.
	 * @param port where it listens
	 * @param challengePort where it asks for the response to a challenge
	 * @param validity how long its certificates are valid
	 * @return the authority
	 */
	static Pebble start(int port, int challengePort, Duration validity) {
		Tool tool = Tool.find("pebble");
		Certificates certificates = Certificates.of(KeyType.ECDSA);
		int managementPort = freePort();
		Path configuration = DIRECTORY.resolve("pebble-%d.json".formatted(port));
		try {
			Files.createDirectories(DIRECTORY);
			Files.writeString(configuration,
					"""
							{
							  "pebble": {
							    "listenAddress": "127.0.0.1:%d",
							    "managementListenAddress": "127.0.0.1:%d",
							    "certificate": "%s",
							    "privateKey": "%s",
							    "httpPort": %d,
							    "tlsPort": %d,
							    "certificateValidityPeriod": %d,
							    "domainBlocklist": ["%s"]
							  }
							}
							""".formatted(port, managementPort, certificates.certificate().toAbsolutePath(),
							certificates.privateKey().toAbsolutePath(), challengePort, challengePort,
							validity.toSeconds(), BLOCKED));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		LoopbackDns dns = LoopbackDns.start();
		Tool.Running process = tool.start(Map.of("PEBBLE_VA_NOSLEEP", "1", "PEBBLE_VA_ALWAYS_VALID", "0"), "-config",
				configuration.toString(), "-dnsserver", dns.address());
		Pebble pebble = new Pebble(dns, process, port, managementPort);
		pebble.awaitStart();
		return pebble;
	}

	/**
	 * A port nobody listens on at this moment. The system gives it to nobody who asks for
	 * any: those it gives begin at 32768.
	 * @return the port, another each time
	 */
	static int freePort() {
		while (true) {
			int port = 20_000 + new Random().nextInt(12_000);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				if (GIVEN.add(port)) {
					return socket.getLocalPort();
				}
			}
			catch (IOException ex) {
				// Somebody has it.
			}
		}
	}

	/**
	 * The properties that make the sample order from an authority on a port.
	 * @param port the port of the authority
	 * @param challengePort that of the redirect listener
	 * @param storage the directory for certificates
	 * @return the properties
	 */
	static List<String> arguments(int port, int challengePort, Path storage) {
		return List.of("--hardened.acme.enabled=true",
				"--hardened.acme.directory-url=https://localhost:" + port + "/dir",
				"--hardened.acme.accept-terms-of-service=true", "--hardened.acme.storage=" + storage,
				"--hardened.acme.ssl-bundle=authority", "--hardened.acme.retry-interval=1s",
				"--spring.ssl.bundle.pem.authority.truststore.certificate="
						+ Certificates.of(KeyType.ECDSA).authority().toUri(),
				"--hardened.redirect.port=" + challengePort);
	}

	private void awaitStart() {
		long deadline = System.nanoTime() + START_LIMIT.toNanos();
		while (!this.process.output().contains("Listening on: 127.0.0.1:" + this.port) || !answers()) {
			if (!this.process.process().isAlive() || System.nanoTime() > deadline) {
				close();
				throw new AssertionError("Pebble did not start:\n" + this.process.output());
			}
			pause();
		}
	}

	private boolean answers() {
		try {
			return !get("/roots/0").isEmpty();
		}
		catch (IOException ex) {
			return false;
		}
	}

	static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError(ex);
		}
	}

	/**
	 * The certificate that clients would have to trust.
	 * @return a PEM file
	 */
	Path root() {
		try {
			return Files.writeString(DIRECTORY.resolve("root-%d.pem".formatted(this.managementPort)), get("/roots/0"));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private String get(String path) throws IOException {
		URL url = URI.create("https://127.0.0.1:" + this.managementPort + path).toURL();
		HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
		connection.setSSLSocketFactory(Trusting.context().getSocketFactory());
		connection.setHostnameVerifier((host, session) -> true);
		return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * How many orders were made. A request for one that was rejected for its nonce is
	 * none.
	 * @return the number
	 */
	int orders() {
		return count("Added order ");
	}

	/**
	 * How many certificates were issued.
	 * @return the number
	 */
	int issued() {
		return count("Issued certificate serial ");
	}

	/**
	 * How often something stands in what the authority has said.
	 * @param text what to look for, a regular expression
	 * @return the number
	 */
	int count(String text) {
		return this.process.output().split(text, -1).length - 1;
	}

	/**
	 * What the authority has refused, and why.
	 * @return its lines
	 */
	String problems() {
		return this.process.output()
			.lines()
			.filter((line) -> line.contains("error:") || line.contains("invalid"))
			.collect(Collectors.joining("\n"));
	}

	String output() {
		return this.process.output();
	}

	@Override
	public void close() {
		this.process.close();
		this.dns.close();
	}

}
