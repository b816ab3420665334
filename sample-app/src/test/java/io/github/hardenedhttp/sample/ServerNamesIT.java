package io.github.hardenedhttp.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
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

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three domains with a certificate each, as openssl sees them, while one of them is
 * replaced again and again and requests come in for all: on connections that stay, and on
 * new ones.
 */
class ServerNamesIT {

	private static final List<String> DOMAINS = List.of("a.example", "b.example", "c.example");

	private static final String REPLACED = "b.example";

	private static final int REPLACEMENTS = 5;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final AtomicInteger onOld = new AtomicInteger();

	private final AtomicInteger onNew = new AtomicInteger();

	@TempDir
	private Path directory;

	@Test
	void eachDomainHasItsCertificateAndNoRequestFailsWhileOneIsReplaced() throws Exception {
		List<Path> next = new ArrayList<>();
		for (int number = 0; number <= REPLACEMENTS; number++) {
			next.add(make(REPLACED, 200 + number));
		}
		install(make("a.example", 100), "a.example");
		install(next.get(0), REPLACED);
		install(make("c.example", 300), "c.example");
		try (RunningSample sample = RunningSample.start(arguments())) {
			int port = sample.httpsPort();
			assertThat(DOMAINS).map((domain) -> served(port, domain)).containsExactly(100L, 200L, 300L);
			assertThat(served(port, "unknown.example")).as("the one of all other names").isEqualTo(100);
			ScheduledExecutorService clients = Executors.newScheduledThreadPool(8);
			try {
				for (String domain : DOMAINS) {
					SSLSocket old = connect(port, domain);
					clients.scheduleWithFixedDelay(() -> request(old, domain), 0, 20, TimeUnit.MILLISECONDS);
					clients.scheduleWithFixedDelay(() -> requestOnNewConnection(port, domain), 0, 40,
							TimeUnit.MILLISECONDS);
				}
				for (int number = 1; number <= REPLACEMENTS; number++) {
					long serial = 200 + number;
					install(next.get(number), REPLACED);
					await().atMost(LIMIT).until(() -> served(port, REPLACED) == serial);
				}
				await().atMost(LIMIT).until(() -> this.onOld.get() > 100 && this.onNew.get() > 50);
			}
			finally {
				clients.shutdown();
				assertThat(clients.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
			}
			assertThat(DOMAINS).map((domain) -> served(port, domain)).containsExactly(100L, 200L + REPLACEMENTS, 300L);
			System.out.printf("%d requests on old connections, %d on new ones, %d failures%n", this.onOld.get(),
					this.onNew.get(), this.failures.size());
			assertThat(this.failures).as(sample.output()).isEmpty();
		}
	}

	private List<String> arguments() {
		List<String> arguments = new ArrayList<>(
				List.of("--hardened.certificate.self-signed=false", "--hardened.connection.max-requests=1000000",
						"--server.ssl.bundle=a", "--spring.ssl.bundle.watch.file.quiet-period=500ms"));
		for (int at = 0; at < DOMAINS.size(); at++) {
			String domain = DOMAINS.get(at);
			String bundle = domain.substring(0, 1);
			String prefix = "--spring.ssl.bundle.pem." + bundle + ".";
			arguments.addAll(List.of("--server.ssl.server-name-bundles[%d].server-name=%s".formatted(at, domain),
					"--server.ssl.server-name-bundles[%d].bundle=%s".formatted(at, bundle),
					prefix + "reload-on-update=true", prefix + "keystore.certificate=" + file(domain, "crt"),
					prefix + "keystore.private-key=" + file(domain, "key")));
		}
		return arguments;
	}

	/**
	 * The serial number of the certificate openssl is shown for a name.
	 */
	private static long served(int port, String domain) {
		Tool.Result result = Tool.find("openssl")
			.run(LIMIT, "s_client", "-connect", "127.0.0.1:" + port, "-servername", domain);
		String output = result.output();
		String end = "-----END CERTIFICATE-----";
		int begin = output.indexOf("-----BEGIN CERTIFICATE-----");
		assertThat(begin).as(result.toString()).isPositive();
		String pem = output.substring(begin, output.indexOf(end) + end.length());
		try {
			X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
			return certificate.getSerialNumber().longValueExact();
		}
		catch (CertificateException ex) {
			throw new AssertionError(result.toString(), ex);
		}
	}

	private Path make(String domain, int serial) {
		Path base = this.directory.resolve(domain + "-" + serial);
		Tool.Result result = Tool.find("openssl")
			.run(LIMIT,
					("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -subj /CN=%1$s "
							+ "-addext subjectAltName=DNS:%1$s -set_serial %2$s -keyout %3$s.key -out %3$s.crt")
						.formatted(domain, BigInteger.valueOf(serial), base)
						.split(" "));
		assertThat(result.exitValue()).as(result.toString()).isZero();
		return base;
	}

	private void install(Path made, String domain) throws IOException {
		for (String type : List.of("crt", "key")) {
			Files.move(Path.of(made + "." + type), file(domain, type), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private Path file(String domain, String type) {
		return this.directory.resolve(domain + "." + type);
	}

	private void requestOnNewConnection(int port, String domain) {
		try (SSLSocket socket = connect(port, domain)) {
			X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
			if (!certificate.getSubjectX500Principal().getName().equals("CN=" + domain)) {
				throw new IOException("served " + certificate.getSubjectX500Principal());
			}
			Hello.ask(socket, domain);
			this.onNew.incrementAndGet();
		}
		catch (IOException | GeneralSecurityException ex) {
			this.failures.add("new connection to %s: %s".formatted(domain, ex));
		}
	}

	private void request(SSLSocket socket, String domain) {
		try {
			Hello.ask(socket, domain);
			this.onOld.incrementAndGet();
		}
		catch (IOException ex) {
			this.failures.add("old connection to %s: %s".formatted(domain, ex));
		}
	}

	private static SSLSocket connect(int port, String domain) throws IOException, GeneralSecurityException {
		SSLSocket socket = (SSLSocket) Trusting.context().getSocketFactory().createSocket("127.0.0.1", port);
		socket.setSoTimeout(10_000);
		socket.setTcpNoDelay(true);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setServerNames(List.of(new SNIHostName(domain)));
		socket.setSSLParameters(parameters);
		socket.startHandshake();
		return socket;
	}

}
