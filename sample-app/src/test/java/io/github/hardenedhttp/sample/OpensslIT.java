package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Offers the sample one thing at a time. Whatever is refused is offered to a server that
 * takes everything too, in the same words: if that does not work, the probe is broken and
 * the test fails.
 */
class OpensslIT {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Pattern HANDSHAKE = Pattern.compile("New, (?:TLS|SSL)v\\S+, Cipher is (?!\\(NONE\\))(\\S+)");

	@Nested
	class IntermediateWithEcdsa extends WithTls12 {

		IntermediateWithEcdsa() {
			super(Profile.INTERMEDIATE, KeyType.ECDSA);
		}

	}

	@Nested
	class IntermediateWithRsa extends WithTls12 {

		IntermediateWithRsa() {
			super(Profile.INTERMEDIATE, KeyType.RSA);
		}

		@ParameterizedTest
		@ValueSource(strings = { "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA256" })
		void staticRsaIsRefused(String suite) {
			assertRefused("-tls1_2", "-cipher", suite + "@SECLEVEL=0");
		}

		@ParameterizedTest
		@ValueSource(strings = { "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-CHACHA20-POLY1305",
				"DHE-RSA-AES128-SHA" })
		void finiteFieldDiffieHellmanIsRefused(String suite) {
			assertRefused("-tls1_2", "-cipher", suite + "@SECLEVEL=0");
		}

		@ParameterizedTest
		@ValueSource(strings = { "P-521", "X448" })
		void slowGroupsAreRefusedInTls12Too(String group) {
			assertRefused("-tls1_2", "-groups", group);
		}

		@ParameterizedTest
		@ValueSource(strings = { "X25519", "P-256", "P-384" })
		void theThreeGroupsAreAcceptedInTls12Too(String group) {
			assertAccepted("-tls1_2", "-groups", group);
		}

	}

	@Nested
	class IntermediateWithConscrypt extends WithTls12 {

		IntermediateWithConscrypt() {
			super(Profile.INTERMEDIATE, KeyType.ECDSA);
		}

		@Override
		RunningSample startSample() {
			return profile().sampleWithConscrypt(type());
		}

		/**
		 * Not a test: BoringSSL takes the client's first.
		 */
		@Override
		void theServersOrderOfTls13SuitesHolds() {
		}

	}

	@Nested
	class ModernWithConscrypt extends WithoutTls12 {

		ModernWithConscrypt() {
			super(Profile.MODERN, KeyType.ECDSA);
		}

		@Override
		RunningSample startSample() {
			return profile().sampleWithConscrypt(type());
		}

		@Override
		void theServersOrderOfTls13SuitesHolds() {
		}

	}

	@Nested
	class ModernWithEcdsa extends WithoutTls12 {

		ModernWithEcdsa() {
			super(Profile.MODERN, KeyType.ECDSA);
		}

	}

	@Nested
	class ModernWithRsa extends WithoutTls12 {

		ModernWithRsa() {
			super(Profile.MODERN, KeyType.RSA);
		}

	}

	abstract static class WithoutTls12 extends Policy {

		WithoutTls12(Profile profile, KeyType type) {
			super(profile, type);
		}

		@Test
		void tls12IsRefused() {
			assertRefused("-tls1_2");
		}

	}

	abstract static class WithTls12 extends Policy {

		WithTls12(Profile profile, KeyType type) {
			super(profile, type);
		}

		@Test
		void tls12IsAccepted() {
			assertAccepted("-tls1_2");
		}

		@ParameterizedTest
		@ValueSource(strings = { "AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305" })
		void theTls12SuitesAreAccepted(String suite) {
			assertAccepted("-tls1_2", "-cipher", ecdhe(suite));
		}

		@ParameterizedTest
		@ValueSource(strings = { "AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA384" })
		void cbcIsRefused(String suite) {
			assertRefused("-tls1_2", "-cipher", ecdhe(suite) + "@SECLEVEL=0");
		}

		@Test
		void theServersOrderOfTls12SuitesHolds() {
			List<String> suites = new ArrayList<>(profile().tls12Suites(type()));
			assertServerPicks(suites, "-tls1_2", "-cipher");
		}

		@Test
		void renegotiationByTheClientIsRefused() {
			String again = "verify return:";
			Tool.Result control = renegotiate(everything().port());
			assertThat(control.output().split(again)).as(control.toString()).hasSizeGreaterThan(3);
			Tool.Result result = renegotiate(sample().httpsPort());
			assertThat(result.output()).contains("RENEGOTIATING");
			assertThat(result.output().substring(result.output().indexOf("RENEGOTIATING"))).as(result.toString())
				.doesNotContain(again);
			assertThat(result.ended()).as("connection was ended by the server: " + result).isTrue();
		}

		private Tool.Result renegotiate(int port) {
			return openssl().converse(LIMIT, "R\n",
					(output) -> output.substring(Math.max(output.indexOf("RENEGOTIATING"), 0))
						.contains("verify return:1") && output.contains("RENEGOTIATING"),
					"s_client", "-connect", "127.0.0.1:" + port, "-servername", "localhost", "-tls1_2");
		}

		private String ecdhe(String suite) {
			return "ECDHE-" + type() + "-" + suite;
		}

	}

	@TestInstance(Lifecycle.PER_CLASS)
	abstract static class Policy {

		private final Profile profile;

		private final KeyType type;

		private Tool openssl;

		private RunningSample sample;

		private EverythingServer everything;

		Policy(Profile profile, KeyType type) {
			this.profile = profile;
			this.type = type;
		}

		@BeforeAll
		void start() {
			this.openssl = Tool.find("openssl");
			this.everything = EverythingServer.start(this.openssl, Certificates.of(this.type));
			this.sample = startSample();
		}

		RunningSample startSample() {
			return this.profile.sample(this.type);
		}

		@AfterAll
		void stop() {
			if (this.everything != null) {
				this.everything.close();
			}
		}

		@Test
		void tls13IsAccepted() {
			assertAccepted("-tls1_3");
		}

		@ParameterizedTest
		@ValueSource(strings = { "-tls1", "-tls1_1" })
		void oldProtocolsAreRefused(String protocol) {
			assertRefused(protocol, "-cipher", "DEFAULT@SECLEVEL=0");
		}

		@ParameterizedTest
		@ValueSource(strings = { "X25519", "P-256", "P-384" })
		void theThreeGroupsAreAccepted(String group) {
			assertAccepted("-tls1_3", "-groups", group);
		}

		@ParameterizedTest
		@ValueSource(strings = { "P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192" })
		void slowGroupsAreRefused(String group) {
			assertRefused("-tls1_3", "-groups", group);
		}

		@ParameterizedTest
		@ValueSource(strings = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256" })
		void theTls13SuitesAreAccepted(String suite) {
			assertAccepted("-tls1_3", "-ciphersuites", suite);
		}

		@ParameterizedTest
		@ValueSource(strings = { "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256" })
		void otherTls13SuitesAreRefused(String suite) {
			assertRefused("-tls1_3", "-ciphersuites", suite);
		}

		@Test
		void theServersOrderOfTls13SuitesHolds() {
			assertServerPicks(Profile.TLS_1_3_SUITES, "-tls1_3", "-ciphersuites");
		}

		final void assertAccepted(String... options) {
			Tool.Result result = offer(this.sample.httpsPort(), options);
			assertThat(chosenSuite(result)).as(result.toString()).isNotNull();
		}

		final void assertRefused(String... options) {
			Tool.Result control = offer(this.everything.port(), options);
			assertThat(chosenSuite(control)).as("The probe is broken: " + control).isNotNull();
			Tool.Result result = offer(this.sample.httpsPort(), options);
			assertThat(chosenSuite(result)).as(result.toString()).isNull();
			assertThat(result.output()).contains("SSL alert number");
		}

		/**
		 * Offers the suites in every rotation of the reverse order. A server without a
		 * will of its own takes the client's first.
		 * @param serverOrder the suites in the server's order
		 * @param protocol the option for the protocol
		 * @param option the option for the list
		 */
		final void assertServerPicks(List<String> serverOrder, String protocol, String option) {
			List<String> offered = new ArrayList<>(serverOrder);
			Collections.reverse(offered);
			for (int i = 0; i < offered.size(); i++) {
				String list = String.join(":", offered);
				Tool.Result control = offer(this.everything.port(), protocol, option, list);
				assertThat(chosenSuite(control)).as("The probe is broken: " + control).isEqualTo(offered.get(0));
				Tool.Result result = offer(this.sample.httpsPort(), protocol, option, list);
				assertThat(chosenSuite(result)).as(result.toString()).isEqualTo(serverOrder.get(0));
				Collections.rotate(offered, 1);
			}
		}

		private Tool.Result offer(int port, String... options) {
			List<String> arguments = new ArrayList<>(
					List.of("s_client", "-connect", "127.0.0.1:" + port, "-servername", "localhost"));
			arguments.addAll(List.of(options));
			return this.openssl.run(LIMIT, arguments.toArray(String[]::new));
		}

		private static String chosenSuite(Tool.Result result) {
			Matcher matcher = HANDSHAKE.matcher(result.output());
			return matcher.find() ? matcher.group(1) : null;
		}

		final Profile profile() {
			return this.profile;
		}

		final KeyType type() {
			return this.type;
		}

		final Tool openssl() {
			return this.openssl;
		}

		final RunningSample sample() {
			return this.sample;
		}

		final EverythingServer everything() {
			return this.everything;
		}

	}

	/**
	 * A server of openssl that takes every protocol, suite, group and renegotiation.
	 *
	 * @param running the process
	 * @param port its port
	 */
	private record EverythingServer(Tool.Running running, int port) implements AutoCloseable {

		private static final Pattern ACCEPT = Pattern.compile("ACCEPT \\S*:(\\d+)");

		static EverythingServer start(Tool openssl, Certificates certificates) {
			Tool.Running running = openssl.start("s_server", "-accept", "127.0.0.1:0", "-www", "-client_renegotiation",
					"-cert", path(certificates.certificate()), "-key", path(certificates.privateKey()), "-cipher",
					"ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-ciphersuites",
					"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
							+ "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
					"-groups", "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192");
			long deadline = System.nanoTime() + LIMIT.toNanos();
			while (System.nanoTime() < deadline && running.process().isAlive()) {
				Matcher matcher = ACCEPT.matcher(running.output());
				if (matcher.find()) {
					return new EverythingServer(running, Integer.parseInt(matcher.group(1)));
				}
				Thread.onSpinWait();
			}
			running.close();
			throw new AssertionError("The server of openssl did not start:\n" + running.output());
		}

		private static String path(Path path) {
			return path.toAbsolutePath().toString();
		}

		@Override
		public void close() {
			this.running.close();
		}

	}

}
