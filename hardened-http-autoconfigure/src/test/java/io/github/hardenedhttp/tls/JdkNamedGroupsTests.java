package io.github.hardenedhttp.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.testsupport.TlsProbe;
import io.github.hardenedhttp.testsupport.TlsProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * JSSE reads the groups once in the life of a process, so each test has its own.
 */
class JdkNamedGroupsTests {

	@TempDir
	private Path directory;

	@Test
	void thePolicyIsEffectiveWithoutAnySystemProperty() throws Exception {
		assertThat(run(List.of(), List.of())).contains("CHOSEN [secp256r1, secp384r1, x25519]");
	}

	@Test
	void theListOfThePropertiesIsEffective() throws Exception {
		assertThat(run(List.of(), List.of("hardened.tls.named-groups=secp384r1,secp256r1")))
			.contains("CHOSEN [secp256r1, secp384r1]");
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_19)
	void anotherSystemPropertyStopsTheStart() throws Exception {
		assertThat(run(List.of("-Djdk.tls.namedGroups=secp521r1"), List.of())).contains("""
				Description:

				The system property 'jdk.tls.namedGroups' is 'secp521r1', but the TLS policy needs \
				'x25519,secp256r1,secp384r1'.

				Action:

				Remove 'jdk.tls.namedGroups'; to choose other groups, set 'hardened.tls.named-groups'.
				""").doesNotContain("CHOSEN", "\tat ");
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_19)
	void aHandshakeBeforeTheStartStopsIt() throws Exception {
		assertThat(run(List.of("-Dhandshake=before"), List.of()))
			.contains(
					"""
							Description:

							The key-exchange groups 'x25519,secp256r1,secp384r1' could not be set: something in this process used TLS before them.
							Java %d reads them once, at the first handshake.

							Action:

							Start Java with '-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1', or use Java 21 or newer, where each server has its own.
							"""
						.formatted(Runtime.version().feature()))
			.doesNotContain("CHOSEN", "\tat ");
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_19)
	void theAdviceToSetTheSystemPropertyIsGood() throws Exception {
		assertThat(run(List.of("-Dhandshake=before", "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1"), List.of()))
			.contains("CHOSEN [secp256r1, secp384r1, x25519]");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_20)
	void whereEachEngineHasItsOwnListNothingElseMatters() throws Exception {
		assertThat(run(List.of("-Dhandshake=before"), List.of())).contains("CHOSEN [secp256r1, secp384r1, x25519]");
		assertThat(run(List.of("-Djdk.tls.namedGroups=secp521r1"), List.of()))
			.contains("CHOSEN [secp256r1, secp384r1, x25519]");
	}

	@Test
	void theSystemPropertyIsLeftAloneWithoutTlsOrHardening() throws Exception {
		assertThat(run(List.of(), List.of("hardened.tls.enabled=false"))).contains("PROPERTY null");
		assertThat(run(List.of(), List.of("hardened.enabled=false"))).contains("PROPERTY null");
	}

	@Test
	void aMachineThatForbidsTls12HasTheSameGroups() throws Exception {
		Path security = Files.writeString(this.directory.resolve("java.security"),
				"jdk.tls.disabledAlgorithms=TLSv1.2\n");
		assertThat(run(List.of("-Djava.security.properties=" + security), List.of("hardened.tls.profile=modern")))
			.contains("CHOSEN [secp256r1, secp384r1, x25519]");
	}

	private String run(List<String> jvmOptions, List<String> properties) throws Exception {
		return OwnProcess.run(this.directory, Main.class, jvmOptions, properties);
	}

	/**
	 * Starts a server and prints which groups it chooses.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] properties) throws Exception {
			if (System.getProperty("handshake") != null) {
				SSLEngine client = SSLContext.getDefault().createSSLEngine();
				client.setUseClientMode(true);
				ClientHello.of(client);
			}
			try (TestServer server = TestServer.start(properties)) {
				System.out.println("PROPERTY " + System.getProperty("jdk.tls.namedGroups"));
				TreeSet<String> chosen = new TreeSet<>();
				if (server.context().getBeanNamesForType(ServerTls.class).length > 0) {
					for (String group : TlsProbe.GROUPS.keySet()) {
						Answer answer = TlsProbe.of(server.port()).version(TlsProbe.TLS_1_3).groups(group).ask();
						if (!answer.refused()) {
							chosen.add(answer.group());
						}
					}
				}
				chosen.remove("X25519MLKEM768"); // only newer versions of Java have it
				System.out.println("CHOSEN " + chosen);
			}
			System.exit(0);
		}

	}

}
