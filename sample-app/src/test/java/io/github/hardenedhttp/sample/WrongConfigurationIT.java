package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody reads who has configured something that cannot be honoured: in a few
 * lines what is wrong and what to do, and no stack trace.
 */
@OnOneJava
class WrongConfigurationIT {

	private static final int LINE_LIMIT = 8;

	static Stream<Case> cases() {
		Certificates good = Certificates.of(KeyType.ECDSA);
		Certificates other = Certificates.of(KeyType.RSA);
		return Stream.of(
				// No TLS, or TLS that contradicts itself.
				wrong("no certificate", List.of("--hardened.certificate.self-signed=false"), "'server.ssl.bundle'",
						"'hardened.certificate.self-signed' to true", "'hardened.tls.enabled' to false"),
				wrong("TLS off, but a certificate",
						good.arguments("--hardened.tls.enabled=false", "--hardened.redirect.enabled=false"),
						"'hardened.tls.enabled'", "'server.ssl.*'"),
				wrong("a protocol weaker than the profile",
						good.arguments("--server.ssl.enabled-protocols=TLSv1.1,TLSv1.2"),
						"'server.ssl.enabled-protocols'", "TLSv1.1"),
				wrong("a suite weaker than the profile",
						good.arguments("--server.ssl.ciphers=TLS_RSA_WITH_AES_128_CBC_SHA"), "'server.ssl.ciphers'"),
				wrong("a weaker protocol beside the self-signed certificate",
						List.of("--server.ssl.enabled-protocols=TLSv1.1"), "'server.ssl.enabled-protocols'", "TLSv1.1"),
				wrong("TLS turned off in the wrong place", List.of("--server.ssl.enabled=false"),
						"'server.ssl.enabled'", "'hardened.tls.enabled' to false"),
				wrong("a profile that does not exist", List.of("--hardened.tls.profile=old"), "'hardened.tls.profile'",
						"'intermediate' or 'modern'"),
				wrong("a group that is not allowed", List.of("--hardened.tls.named-groups=ffdhe2048"),
						"'hardened.tls.named-groups'", "'x25519'"),
				wrong("a time that is none", List.of("--hardened.hsts.max-age=soon"), "'hardened.hsts.max-age'",
						"Duration"),
				wrong("a list of groups that locks out", List.of("--hardened.tls.named-groups=x25519"),
						"'hardened.tls.named-groups'", "secp256r1"),
				// Certificates.
				wrong("files that do not exist",
						new Certificates(Path.of("no"), Path.of("target/missing.pem"), Path.of("target/missing.pem"))
							.arguments(),
						"'server.ssl.*'", "missing.pem"),
				wrong("a bundle that does not exist",
						List.of("--hardened.certificate.self-signed=false", "--server.ssl.bundle=missing"), "missing"),
				wrong("a bundle with a file that does not exist",
						List.of("--hardened.certificate.self-signed=false", "--server.ssl.bundle=web",
								"--spring.ssl.bundle.pem.web.reload-on-update=true",
								"--spring.ssl.bundle.pem.web.keystore.certificate=missing.pem"),
						"'web'", "missing.pem"),
				wrong("a short key", Certificates.make("short", "rsa:1024", "-sha256").arguments(), "1024"),
				wrong("a signature nobody trusts", Certificates.make("sha1", "rsa:2048", "-sha1").arguments(), "SHA1"),
				wrong("a key of another certificate",
						new Certificates(good.authority(), good.certificate(), other.privateKey()).arguments(),
						"private key"),
				// Certificates from an authority.
				wrong("terms that are not accepted", acme("--hardened.acme.accept-terms-of-service=false"),
						"'hardened.acme.accept-terms-of-service'", "https://letsencrypt.org/repository/", "to true"),
				wrong("no domains", acme("--hardened.acme.domains="), "'hardened.acme.domains'",
						"List those that lead to this server"),
				wrong("a domain that is none", acme("--hardened.acme.domains=*.example.org"), "'hardened.acme.domains'",
						"List the names"),
				wrong("an authority that is none", acme("--hardened.acme.directory-url=letsencript"),
						"'hardened.acme.directory-url'", "'letsencrypt-staging'", "'https://'"),
				wrong("no storage", acme("--hardened.acme.storage="), "'hardened.acme.storage'",
						"a directory that only this application can read"),
				wrong("storage that is a file", acme("--hardened.acme.storage=" + good.certificate()),
						"'hardened.acme.storage'", "it is not a directory", "Choose a directory"),
				wrong("a part of the lifetime that is too small", acme("--hardened.acme.renew-at-remaining=1%"),
						"'hardened.acme.renew-at-remaining'", "from 5% to 90%"),
				wrong("a part of the lifetime that is none", acme("--hardened.acme.renew-at-remaining=a third"),
						"'hardened.acme.renew-at-remaining'", "'a third'"),
				wrong("nobody who answers on port 80", acme("--hardened.redirect.enabled=false"),
						"'hardened.acme.enabled'", "'hardened.redirect.enabled' to true"),
				wrong("a bundle with the authority's trust that does not exist", acme("--hardened.acme.ssl-bundle=ca"),
						"'hardened.acme.ssl-bundle'", "'spring.ssl.bundle.pem.ca.truststore.certificate'"),
				// The other rooms.
				wrong("a misspelt key", List.of("--hardened.tls.profil=modern"), "'hardened.tls.profil'",
						"'hardened.tls.profile'"),
				wrong("a check that fails, where that stops the start",
						List.of("--hardened.checks.fail-on=fail", "--hardened.protocol.strict-framing=false"),
						"'hardened.checks.fail-on' is fail", "Remove 'hardened.protocol.strict-framing'",
						"'hardened.checks.fail-on' to never"),
				wrong("a redirect without TLS",
						List.of("--hardened.tls.enabled=false", "--hardened.certificate.self-signed=false"),
						"'hardened.redirect.port'", "'hardened.tls.enabled'"),
				wrong("a redirect that is none", List.of("--hardened.redirect.status=200"),
						"'hardened.redirect.status'", "308"),
				wrong("a redirect to its own port", List.of("--server.port=8443", "--hardened.redirect.port=8443"),
						"'hardened.redirect.port'", "'server.port'"),
				wrong("a host that is a URL", List.of("--hardened.redirect.allowed-hosts=https://a.example/"),
						"'hardened.redirect.allowed-hosts'"),
				wrong("a negative max-age", List.of("--hardened.hsts.max-age=-1s"), "'hardened.hsts.max-age'",
						"set it to 0s"),
				wrong("preload without sub-domains", List.of("--hardened.hsts.preload=true"), "'hardened.hsts.preload'",
						"'hardened.hsts.include-sub-domains' to true"));
	}

	private static Case wrong(String what, List<String> arguments, String... words) {
		return new Case(what, arguments, List.of(words));
	}

	/**
	 * An order from Let's Encrypt's staging authority that is never made, for one
	 * mistake.
	 */
	private static List<String> acme(String mistake) {
		List<String> arguments = new ArrayList<>(List.of("--hardened.certificate.self-signed=false",
				"--hardened.acme.enabled=true", "--hardened.acme.directory-url=letsencrypt-staging",
				"--hardened.acme.domains=one.example.org", "--hardened.acme.accept-terms-of-service=true",
				"--hardened.acme.storage=target/it/wrong-acme", "--hardened.redirect.port=0"));
		arguments.removeIf((argument) -> argument.startsWith(mistake.substring(0, mistake.indexOf('=') + 1)));
		arguments.add(mistake);
		return arguments;
	}

	@ParameterizedTest
	@MethodSource("cases")
	void theStartFailsAndTellsTheWayOut(Case wrong) {
		RunningSample sample = RunningSample.startInVain(wrong.arguments());
		String output = sample.output();
		assertThat(sample.exitValue()).as(output).isEqualTo(1);
		assertThat(output).contains("APPLICATION FAILED TO START", "Description:", "Action:").doesNotContain("\tat ");
		String analysis = output.substring(output.indexOf("Description:"));
		assertThat(analysis).contains(wrong.words());
		List<String> lines = analysis.lines()
			.filter((line) -> !line.isBlank())
			.filter((line) -> !line.equals("Description:") && !line.equals("Action:"))
			.toList();
		assertThat(lines).as(analysis).hasSizeBetween(2, LINE_LIMIT);
	}

	@Test
	@BothSamples
	void endpointsOnThePublicPortAreSuchAMistake() {
		theStartFailsAndTellsTheWayOut(wrong("all endpoints on the public port",
				List.of("--management.server.port=", "--management.endpoints.web.exposure.include=*"),
				"'management.server.port' is not set", "env (", "'management.server.port' to 9090",
				"'management.endpoints.web.exposure.include' to health", "'hardened.exposure.management' to allow"));
	}

	/**
	 * A wrong configuration.
	 *
	 * @param what the mistake
	 * @param arguments the properties
	 * @param words what the description or the action must say
	 */
	record Case(String what, List<String> arguments, List<String> words) {

		@Override
		public String toString() {
			return this.what;
		}

	}

}
