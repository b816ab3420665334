package io.github.hardenedhttp.tls;

import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.testsupport.FailedStart;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class TlsPropertiesTests {

	private static final TlsEngine JDK = new JdkTlsEngine();

	@Test
	void defaults() {
		TlsProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.profile()).isEqualTo(TlsProfile.INTERMEDIATE);
		assertThat(properties.namedGroups()).isNull();
		assertThat(properties.preferServerCipherSuites()).isTrue();
		assertThat(properties.sniHostCheck()).isTrue();
		assertThat(properties.ocspStapling()).isTrue();
		assertThat(properties.engine()).isEqualTo(TlsEngineChoice.AUTO);
		assertThat(properties.handshakeThreads().number()).isNull();
	}

	@Test
	void everyKeyIsMapped() {
		TlsProperties properties = bind(Map.of("hardened.tls.enabled", "false", "hardened.tls.profile", "modern",
				"hardened.tls.named-groups", "secp384r1,x25519", "hardened.tls.prefer-server-cipher-suites", "false",
				"hardened.tls.sni-host-check", "false", "hardened.tls.ocsp-stapling", "false", "hardened.tls.engine",
				"jdk", "hardened.tls.handshake-threads", "3"));
		assertThat(properties)
			.isEqualTo(new TlsProperties(false, TlsProfile.MODERN, List.of(NamedGroup.SECP384R1, NamedGroup.X25519),
					false, false, false, TlsEngineChoice.JDK, new HandshakeThreadCount(3)));
		TlsPolicy policy = properties.toPolicy(JDK);
		assertThat(policy.profile()).isEqualTo(TlsProfile.MODERN);
		assertThat(policy.protocols()).containsExactly("TLSv1.3");
		assertThat(policy.cipherSuites()).isEqualTo(TlsProfile.MODERN.cipherSuites());
		assertThat(policy.namedGroups()).containsExactly(NamedGroup.SECP384R1, NamedGroup.X25519);
		assertThat(policy.preferServerCipherSuites()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void theGroupsAreThoseOfTheProfileThatThisJavaHas(TlsProfile profile) {
		assertThat(properties(profile, null).toPolicy(JDK).namedGroups()).endsWith(NamedGroup.X25519,
				NamedGroup.SECP256R1, NamedGroup.SECP384R1);
	}

	@Test
	void aGroupNamedTwiceCountsOnce() {
		assertThat(properties(TlsProfile.INTERMEDIATE,
				List.of(NamedGroup.SECP256R1, NamedGroup.X25519, NamedGroup.SECP256R1))
			.toPolicy(JDK)
			.namedGroups()).containsExactly(NamedGroup.SECP256R1, NamedGroup.X25519);
	}

	@Test
	void intermediateNeedsSecp256r1() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> properties(TlsProfile.INTERMEDIATE, List.of(NamedGroup.X25519)).toPolicy(JDK))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("hardened.tls.named-groups"))
			.withMessageContaining("Without 'secp256r1' no TLS 1.2 client accepts a P-256 certificate.");
		assertThat(properties(TlsProfile.MODERN, List.of(NamedGroup.X25519)).toPolicy(JDK).namedGroups())
			.containsExactly(NamedGroup.X25519);
	}

	@ParameterizedTest
	@EnumSource
	void anEmptyListIsRefused(TlsProfile profile) {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> properties(profile, List.of()).toPolicy(JDK))
			.withMessageContaining("No client could connect");
	}

	@Test
	void whatThisJavaDoesNotHaveAloneIsRefused() {
		TlsProperties properties = properties(TlsProfile.MODERN, List.of(NamedGroup.X25519MLKEM768));
		if (JdkNamedGroups.supportedOf(List.of(NamedGroup.X25519MLKEM768)).isEmpty()) {
			assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
				.isThrownBy(() -> properties.toPolicy(JDK))
				.withMessageContaining("Java " + Runtime.version().feature() + " supports none of these groups.");
		}
		else {
			assertThat(properties.toPolicy(JDK).namedGroups()).containsExactly(NamedGroup.X25519MLKEM768);
		}
	}

	@Test
	void anUnknownGroupStopsTheStartWithTheValidOnes(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.tls.named-groups=x25519,ffdhe2048");
		assertThat(failure.description()).contains("hardened.tls.named-groups", "ffdhe2048");
		assertThat(failure.action()).isEqualTo("Use 'x25519mlkem768' or 'x25519' or 'secp256r1' or 'secp384r1'.");
	}

	@Test
	void groupsThatCannotWorkStopTheStartWithKeyValueAndOrigin(CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.tls.named-groups=x25519");
		assertThat(failure.description()).isEqualTo(
				"""
						Invalid value 'x25519' for configuration property 'hardened.tls.named-groups' (originating from \
						'"hardened.tls.named-groups" from property source "commandLineArgs"'). Validation failed for the following \
						reason:

						Without 'secp256r1' no TLS 1.2 client accepts a P-256 certificate. Add it, or set \
						'hardened.tls.profile' to 'modern'.""");
	}

	@Test
	void autoIsAHandshakeThreadForEachProcessor() {
		assertThat(HandshakeThreadCount.of(" Auto ").threads(3)).isEqualTo(3);
		assertThat(HandshakeThreadCount.of("auto").threads(1000)).isEqualTo(256);
		assertThat(HandshakeThreadCount.of("5").threads(3)).isEqualTo(5);
		assertThat(HandshakeThreadCount.of("auto")).hasToString("auto");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "257" })
	void anImpossibleNumberOfHandshakeThreadsStopsTheStart(String number, CapturedOutput output) {
		FailedStart failure = FailedStart.of(output, "hardened.tls.handshake-threads=" + number);
		assertThat(failure.description()).isEqualTo(
				"""
						Invalid value '%s' for configuration property 'hardened.tls.handshake-threads' (originating from \
						'"hardened.tls.handshake-threads" from property source "commandLineArgs"'). Validation failed for the \
						following reason:

						Handshakes need a thread, and more threads than processors do not make them faster. Set a number from 1 \
						to 256, or 'auto'."""
					.formatted(number));
		assertThat(failure.lines()).isLessThanOrEqualTo(8);
	}

	private static TlsProperties properties(TlsProfile profile, @Nullable List<NamedGroup> groups) {
		return new TlsProperties(true, profile, groups, true, true, true, TlsEngineChoice.AUTO,
				new HandshakeThreadCount(null));
	}

	private static TlsProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("hardened.tls", TlsProperties.class);
	}

}
