package io.github.hardenedhttp.tls;

import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

import io.github.hardenedhttp.testsupport.FailedStart;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.testsupport.TlsProbe;
import io.micrometer.core.instrument.MeterRegistry;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Which engine is taken, and what it says of itself.
 */
@DisabledIfSystemProperty(named = "test.tls.engine", matches = "conscrypt")
@ExtendWith(OutputCaptureExtension.class)
class TlsEngineTests {

	private static final String NO_NATIVE_CODE = "-Dos.arch=riscv64";

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TlsAutoConfiguration.class));

	@TempDir
	private Path directory;

	@Test
	void conscryptIsTakenWhereItIsOnTheClassPath() {
		this.runner.run((context) -> {
			TlsEngine engine = context.getBean(TlsEngine.class);
			assertThat(engine.name()).isEqualTo("Conscrypt");
			assertThat(engine.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
			assertThat(engine.isPostQuantumCapable()).isTrue();
			assertThat(context.getBean(ServerTls.class).isPostQuantum()).isTrue();
			assertThat(context.getBean(ServerTls.class).policy().namedGroups()).containsExactly(NamedGroup.values());
		});
	}

	@Test
	void theJdksEngineIsTakenWhereItIsAskedFor() {
		this.runner.withPropertyValues("hardened.tls.engine=jdk").run((context) -> {
			TlsEngine engine = context.getBean(TlsEngine.class);
			assertThat(engine).hasToString("Java " + Runtime.version().feature());
			assertThat(context.getBean(ServerTls.class).isPostQuantum()).isEqualTo(engine.isPostQuantumCapable());
		});
	}

	@Test
	void theJdksEngineIsTakenWithoutConscrypt() {
		this.runner.withClassLoader(new FilteredClassLoader("org.conscrypt"))
			.run((context) -> assertThat(context.getBean(TlsEngine.class).name()).isEqualTo("Java"));
	}

	@Test
	void conscryptThatIsNotThereStopsTheStart() {
		this.runner.withClassLoader(new FilteredClassLoader("org.conscrypt"))
			.withPropertyValues("hardened.tls.engine=conscrypt")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("hardened.tls.engine")
				.hasMessageContaining("Conscrypt is not on the class path. Add the dependency "
						+ "'org.conscrypt:conscrypt-openjdk-uber', or set it to 'jdk'."));
	}

	@Test
	void withoutNativeCodeTheJdksEngineIsTakenAndOneLineSaysWhy() throws Exception {
		String output = OwnProcess.run(this.directory, Main.class, List.of(NO_NATIVE_CODE),
				List.of("hardened.tls.engine=auto"));
		assertThat(output).contains("ENGINE Java " + Runtime.version().feature()).doesNotContain("\tat ");
		assertThat(output.lines().filter((line) -> line.contains("Conscrypt"))).singleElement()
			.asString()
			.contains("WARN")
			.contains("Conscrypt is on the class path, but does not work here (")
			.endsWith("): TLS is the JDK's");
	}

	@Test
	void withoutNativeCodeConscryptStopsTheStart() throws Exception {
		String output = OwnProcess.run(this.directory, Main.class, List.of(NO_NATIVE_CODE),
				List.of("hardened.tls.engine=conscrypt"));
		assertThat(output).contains("Invalid value 'conscrypt' for configuration property 'hardened.tls.engine'")
			.contains("Conscrypt does not work here: ")
			.contains("Use version 2.9.0 or newer on a platform it has native code for, or set it to 'jdk'.")
			.doesNotContain("ENGINE", "\tat ");
	}

	@Test
	void thePostQuantumGroupIsTakenFirstAndCounted() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.engine=conscrypt")) {
			assertThat(TlsProbe.of(server.port())
				.version(TlsProbe.TLS_1_3)
				.groups("secp256r1", "x25519", "X25519MLKEM768")
				.ask()
				.group()).isEqualTo("X25519MLKEM768");
			SSLContext context = SSLContext.getInstance("TLSv1.3", Conscrypt.newProvider());
			context.init(null, new TrustManager[] { new TrustingAnybody() }, null);
			String groups = System.getProperty("jdk.tls.namedGroups");
			try (Socket socket = context.getSocketFactory().createSocket("localhost", server.port())) {
				Conscrypt.setNamedGroups((SSLSocket) socket, new String[] { "X25519MLKEM768" });
				((SSLSocket) socket).startHandshake();
				await().atMost(Duration.ofSeconds(20))
					.until(() -> server.bean(MeterRegistry.class)
						.find("hardened.tls.handshakes")
						.tag("result", "success")
						.tag("group", "X25519MLKEM768")
						.counter() != null);
			}
			assertThat(System.getProperty("jdk.tls.namedGroups")).isEqualTo(groups);
		}
	}

	@Test
	void onlyTheListedGroupsAreThere() throws Exception {
		try (TestServer server = TestServer.start("hardened.tls.engine=conscrypt");
				TestClient client = TestClient.tls(server.port())) {
			assertThat(client.get("/hello")).endsWith("hello");
			for (String group : List.of("secp521r1", "x448", "ffdhe2048")) {
				assertThat(TlsProbe.of(server.port()).version(TlsProbe.TLS_1_3).groups(group).ask().refused()).isTrue();
			}
		}
	}

	@Test
	void whatConscryptCannotLeaveOutStopsTheStart(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.tls.engine=conscrypt",
				"server.ssl.ciphers=TLS_AES_256_GCM_SHA384", "server.ssl.enabled-protocols=TLSv1.3");
		assertThat(failure.description()).contains("'TLS_AES_256_GCM_SHA384'", "'server.ssl.ciphers'")
			.endsWith("Conscrypt cannot leave out cipher suites of TLS 1.3. Remove the property, or set "
					+ "'hardened.tls.engine' to 'jdk'.");
		failure = FailedStart.of(output, "hardened.tls.engine=conscrypt", "server.ssl.ciphers="
				+ String.join(",", TlsProfile.MODERN.cipherSuites()) + ",TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
		assertThat(failure.description()).contains("Conscrypt needs suites of TLS 1.2 with ECDSA and with RSA.");
		failure = FailedStart.of(output, "hardened.tls.engine=conscrypt",
				"hardened.tls.prefer-server-cipher-suites=false");
		assertThat(failure.description()).contains("'hardened.tls.prefer-server-cipher-suites'")
			.contains("Conscrypt goes by the server's order in TLS 1.2");
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	/**
	 * Starts a server and prints its engine.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] properties) {
			try (TestServer server = TestServer.start(properties)) {
				System.out.println("ENGINE " + server.bean(TlsEngine.class));
			}
			System.exit(0);
		}

	}

}
