package io.github.hardenedhttp.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.hardenedhttp.testsupport.TestApplication;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server with a certificate of its own, about which nobody is to be asked, needs
 * nothing of Bouncy Castle, whose signed jars make a start longer.
 */
class BouncyCastleTests {

	private static final String LOADED = "[class,load] org.bouncycastle";

	@TempDir
	private Path directory;

	@Test
	void nothingOfItIsLoadedWhereItIsNotNeeded() throws Exception {
		PemFiles own = TestCertificates.ecdsa("localhost")
			.writePem(Files.createDirectory(this.directory.resolve("own")));
		assertThat(start("server.ssl.certificate=" + own.certificate(),
				"server.ssl.certificate-private-key=" + own.privateKey()))
			.contains("STARTED true")
			.doesNotContain(LOADED);
	}

	@Test
	void itMakesTheCertificateForDevelopment() throws Exception {
		assertThat(start("hardened.certificate.self-signed=true")).contains("STARTED true", LOADED);
	}

	private String start(String... properties) throws Exception {
		return OwnProcess.run(this.directory, Main.class, List.of("-Xlog:class+load"), List.of(properties));
	}

	/**
	 * Starts a server.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] properties) {
			String[] arguments = new String[properties.length + 1];
			arguments[0] = "--server.port=0";
			for (int i = 0; i < properties.length; i++) {
				arguments[i + 1] = "--" + properties[i];
			}
			try (ConfigurableApplicationContext context = SpringApplication.run(TestApplication.class, arguments)) {
				System.out.println("STARTED " + context.isRunning());
			}
		}

	}

}
