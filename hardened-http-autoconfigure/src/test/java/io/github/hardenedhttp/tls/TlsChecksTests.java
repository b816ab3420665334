package io.github.hardenedhttp.tls;

import java.time.Clock;
import java.util.List;
import java.util.OptionalDouble;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class TlsChecksTests {

	private static final TlsPolicy FEW_GROUPS = new TlsPolicy(TlsProfile.MODERN, List.of("TLSv1.3"),
			TlsProfile.MODERN.cipherSuites(), List.of(NamedGroup.SECP256R1), false);

	@ParameterizedTest
	@EnumSource
	void bothProfilesPass(TlsProfile profile) {
		TlsChecks checks = checks(
				new TlsPolicy(profile, profile.protocols(), profile.cipherSuites(), profile.namedGroups(), true));
		assertThat(checks.checks()).extracting(HardeningCheck::verdict).containsOnly(Verdict.PASS);
	}

	@ParameterizedTest
	@CsvSource({ "TLSv1.3,PASS,A_PLUS", "TLSv1.2,WARN,A", "TLSv1.1,FAIL,B" })
	void oldVersionsDoNotPass(String protocol, Verdict verdict, Grade grade) {
		HardeningCheck check = Checked.check(checks(List.of(protocol), TlsProfile.MODERN.cipherSuites()), "protocols");
		assertThat(check.verdict()).isEqualTo(verdict);
		assertThat(check.grade()).isEqualTo(grade);
	}

	@Test
	void weakSuitesFail() {
		List<String> suites = List.of("TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA");
		HardeningCheck check = Checked.check(checks(List.of("TLSv1.3"), suites), "cipher-suites");
		assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
		assertThat(check.grade()).isEqualTo(Grade.B);
		assertThat(check.why()).isEqualTo("Mozilla advises against TLS_RSA_WITH_AES_128_CBC_SHA.");
	}

	@Test
	void groupsShouldHaveTheFastestOneAndTheOneOfTheFuture() {
		TlsChecks few = new TlsChecks(tls(FEW_GROUPS, new JdkTlsEngine()), true, OptionalDouble::empty);
		assertThat(Checked.check(few, "named-groups").fix()).isEqualTo("Add x25519 to 'hardened.tls.named-groups'.");
		HardeningCheck quantum = Checked.check(few, "post-quantum");
		assertThat(quantum.verdict()).isEqualTo(Verdict.WARN);
		assertThat(quantum.grade()).isEqualTo(Grade.A_PLUS);
		assertThat(quantum.value()).isEqualTo("no");
		assertThat(Checked.check(few, "prefer-server-cipher-suites").value()).isEqualTo("false");
	}

	@Test
	void theEngineIsNamedWithItsVersion() throws UnusableTlsEngineException {
		TlsEngine engine = ConscryptTlsEngine.load();
		HardeningCheck check = Checked.check(new TlsChecks(tls(FEW_GROUPS, engine), true, OptionalDouble::empty),
				"engine");
		assertThat(check.value()).isEqualTo("Conscrypt " + engine.version());
		assertThat(check.verdict()).isEqualTo(Verdict.PASS);
		assertThat(Checked.check(checks(FEW_GROUPS), "engine").value()).startsWith("Java ");
	}

	@Test
	void whatHelpsAgainstQuantumComputersDependsOnTheEngine() throws UnusableTlsEngineException {
		TlsChecks capable = new TlsChecks(tls(FEW_GROUPS, ConscryptTlsEngine.load()), true, OptionalDouble::empty);
		assertThat(Checked.check(capable, "post-quantum").fix())
			.isEqualTo("Add x25519mlkem768 to 'hardened.tls.named-groups', in front.");
		JdkTlsEngine jdk = new JdkTlsEngine();
		assertThat(Checked.check(checks(FEW_GROUPS), "post-quantum").fix())
			.startsWith(jdk.isPostQuantumCapable() ? "Add x25519mlkem768" : "Add the dependency");
	}

	@Test
	void theShareOfPostQuantumHandshakesIsShownOnceThereAreSome() {
		TlsProfile modern = TlsProfile.MODERN;
		ServerTls tls = tls(
				new TlsPolicy(modern, modern.protocols(), modern.cipherSuites(), modern.namedGroups(), true),
				new JdkTlsEngine());
		TlsChecks none = new TlsChecks(tls, false, OptionalDouble::empty);
		assertThat(Checked.check(none, "post-quantum").value()).isEqualTo("yes");
		TlsChecks some = new TlsChecks(tls, false, () -> OptionalDouble.of(0.374));
		assertThat(Checked.check(some, "post-quantum").value()).isEqualTo("yes, in 37% of the handshakes");
	}

	@Test
	void withoutTlsThereIsNothingElseToSay() {
		TlsChecks off = new TlsChecks(null, false, OptionalDouble::empty);
		assertThat(off.checks()).extracting(HardeningCheck::name).containsExactly("enabled");
		assertThat(Checked.verdict(off, "enabled")).isEqualTo(Verdict.WARN);
		assertThat(Checked.check(off, "enabled").grade()).isEqualTo(Grade.B);
	}

	private static TlsChecks checks(List<String> protocols, List<String> suites) {
		return checks(new TlsPolicy(TlsProfile.MODERN, protocols, suites, TlsProfile.MODERN.namedGroups(), true));
	}

	private static TlsChecks checks(TlsPolicy policy) {
		return new TlsChecks(tls(policy, new JdkTlsEngine()), false, OptionalDouble::empty);
	}

	private static ServerTls tls(TlsPolicy policy, TlsEngine engine) {
		return new ServerTls(policy, engine, new HandshakeThreads(1), null, Clock.systemUTC());
	}

}
