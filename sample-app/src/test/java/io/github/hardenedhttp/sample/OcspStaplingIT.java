package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What openssl is told of a certificate by the server, where openssl is the responder of
 * its authority, too. The responder has a certificate of its own.
 */
class OcspStaplingIT {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final int responder = Pebble.freePort();

	@TempDir
	private Path directory;

	@BeforeEach
	void makeAuthority() throws IOException {
		openssl("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 60 -subj /CN=Authority -keyout %s -out %s"
			.formatted(file("authority.key"), file("authority.crt")));
		issue("responder", "1000", "extendedKeyUsage = OCSPSigning");
		String names = "subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\n";
		issue("named", "1001", names + "authorityInfoAccess = OCSP;URI:http://127.0.0.1:" + this.responder);
		issue("silent", "1002", names);
		Files.writeString(file("index.txt"), "V\t491231235959Z\t\t1001\tunknown\t/CN=named\n");
		Files.writeString(file("index.txt.attr"), "unique_subject = no\n");
	}

	@Test
	void aCertificateWithAnAddressIsSentWithWhatTheAuthoritySays() throws IOException {
		install("named");
		Tool.Running process = Tool.find("openssl")
			.start(("ocsp -port %d -index %s -CA %s -rsigner %s -rkey %s -ndays 1 -text")
				.formatted(this.responder, file("index.txt"), file("authority.crt"), file("responder.crt"),
						file("responder.key"))
				.split(" "));
		try (process; RunningSample sample = RunningSample.start(arguments())) {
			for (String version : List.of("-tls1_2", "-tls1_3")) {
				await().atMost(LIMIT).until(() -> status(sample, version).contains("Cert Status: good"));
				assertThat(status(sample, version)).contains("OCSP Response Status: successful", "Serial Number: 1001");
			}
			assertThat(sample.output()).doesNotContain("OCSP");
			install("silent");
			await().atMost(LIMIT)
				.until(() -> sample.output().contains("The certificate of the SSL bundle 'web' is replaced"));
			for (String version : List.of("-tls1_2", "-tls1_3")) {
				assertThat(status(sample, version)).contains("OCSP response: no response sent");
			}
		}
	}

	private static String status(RunningSample sample, String version) {
		return Tool.find("openssl")
			.run(LIMIT, "s_client", "-connect", "127.0.0.1:" + sample.httpsPort(), "-servername", "localhost",
					"-status", version)
			.output();
	}

	private List<String> arguments() {
		return new ArrayList<>(List.of("--hardened.certificate.self-signed=false", "--hardened.tls.engine=jdk",
				"--server.ssl.bundle=web", "--spring.ssl.bundle.pem.web.keystore.certificate=" + file("web.crt"),
				"--spring.ssl.bundle.pem.web.keystore.private-key=" + file("web.key"),
				"--spring.ssl.bundle.pem.web.reload-on-update=true",
				"--spring.ssl.bundle.watch.file.quiet-period=500ms"));
	}

	private void issue(String name, String serial, String extensions) throws IOException {
		Files.writeString(file(name + ".cnf"), "keyUsage = critical, digitalSignature\n" + extensions);
		openssl("req -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=%s -keyout %s -out %s".formatted(name,
				file(name + ".key"), file(name + ".csr")));
		openssl("x509 -req -days 60 -in %s -CA %s -CAkey %s -set_serial 0x%s -extfile %s -out %s".formatted(
				file(name + ".csr"), file("authority.crt"), file("authority.key"), serial, file(name + ".cnf"),
				file(name + ".crt")));
	}

	/**
	 * Gives the server a certificate, with that of the authority behind it.
	 */
	private void install(String name) throws IOException {
		Files.writeString(file("chain"),
				Files.readString(file(name + ".crt")) + Files.readString(file("authority.crt")));
		Files.copy(file(name + ".key"), file("key"), StandardCopyOption.REPLACE_EXISTING);
		Files.move(file("chain"), file("web.crt"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		Files.move(file("key"), file("web.key"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	private Path file(String name) {
		return this.directory.resolve(name);
	}

	private static void openssl(String arguments) {
		Tool.Result result = Tool.find("openssl").run(LIMIT, arguments.split(" "));
		assertThat(result.exitValue()).as(result.toString()).isZero();
	}

}
