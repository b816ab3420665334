package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lets sslscan find all that the sample accepts, and compares it with the policy.
 */
class SslscanIT {

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE, ECDSA", "INTERMEDIATE, RSA", "MODERN, ECDSA", "MODERN, RSA" })
	void onlyThePolicyIsAccepted(Profile profile, KeyType type) throws Exception {
		Document report = scan(profile, type, profile.sample(type).httpsPort(),
				Path.of("target", "it", "sslscan-%s-%s.xml".formatted(profile, type)));
		assertThat(protocols(report)).isEqualTo(new TreeSet<>(profile.protocols()));
		assertThat(suites(report, "TLSv1.3")).isEqualTo(Profile.TLS_1_3_SUITES);
		assertThat(suites(report, "TLSv1.2")).isEqualTo(profile.tls12Suites(type));
		assertThat(groups(report)).containsExactly("secp256r1", "secp384r1", "x25519");
		assertThat(elements(report, "renegotiation").map((found) -> found.getAttribute("supported"))).containsOnly("0");
		assertThat(elements(report, "heartbleed").map((found) -> found.getAttribute("vulnerable"))).containsOnly("0");
	}

	@ParameterizedTest
	@CsvSource({ "INTERMEDIATE, RSA", "MODERN, ECDSA" })
	void onlyThePolicyIsAcceptedByConscrypt(Profile profile, KeyType type) throws Exception {
		Document report = scan(profile, type, profile.sampleWithConscrypt(type).httpsPort(),
				Path.of("target", "it", "sslscan-conscrypt-%s-%s.xml".formatted(profile, type)));
		assertThat(protocols(report)).isEqualTo(new TreeSet<>(profile.protocols()));
		assertThat(suites(report, "TLSv1.3")).containsExactlyInAnyOrderElementsOf(Profile.TLS_1_3_SUITES);
		assertThat(suites(report, "TLSv1.2")).isEqualTo(profile.tls12Suites(type));
		assertThat(groups(report)).containsExactly("secp256r1", "secp384r1", "x25519");
		assertThat(elements(report, "renegotiation").map((found) -> found.getAttribute("supported"))).containsOnly("0");
	}

	/**
	 * It waits the seconds for a second record wherever the JDK's engine sends one. A
	 * server that stands still for as long hides what it accepts, so it then looks again.
	 */
	private static Document scan(Profile profile, KeyType type, int port, Path file) throws Exception {
		Document report = scan(port, file, 2);
		boolean whole = protocols(report).equals(new TreeSet<>(profile.protocols()))
				&& suites(report, "TLSv1.3").size() == Profile.TLS_1_3_SUITES.size()
				&& suites(report, "TLSv1.2").size() == profile.tls12Suites(type).size() && groups(report).size() == 3;
		return whole ? report : scan(port, file, 5);
	}

	private static Document scan(int port, Path file, int seconds) throws Exception {
		Tool.Result result = Tool.find("sslscan")
			.run(Duration.ofSeconds(120), "--no-colour", "--timeout=" + seconds, "--sni-name=localhost",
					"--xml=" + file, "127.0.0.1:" + port);
		assertThat(result.exitValue()).as(result.toString()).isZero();
		return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
	}

	private static Set<String> protocols(Document report) {
		Set<String> enabled = new TreeSet<>();
		elements(report, "protocol").filter((protocol) -> protocol.getAttribute("enabled").equals("1"))
			.map((protocol) -> protocol.getAttribute("type").toUpperCase(Locale.ROOT) + "v"
					+ protocol.getAttribute("version"))
			.forEach(enabled::add);
		return enabled;
	}

	/**
	 * The suites in the order in which the server takes them: sslscan offers all, notes
	 * which was taken, and offers the rest.
	 * @param report what sslscan has found
	 * @param protocol the protocol
	 * @return the suites
	 */
	private static List<String> suites(Document report, String protocol) {
		List<String> suites = new ArrayList<>();
		elements(report, "cipher").filter((suite) -> suite.getAttribute("sslversion").equals(protocol))
			.map((suite) -> suite.getAttribute("cipher"))
			.forEach(suites::add);
		return suites;
	}

	private static Set<String> groups(Document report) {
		Set<String> groups = new TreeSet<>();
		elements(report, "group").map((group) -> group.getAttribute("name").split(" ")[0]).forEach(groups::add);
		return groups;
	}

	private static Stream<Element> elements(Document report, String name) {
		var found = report.getElementsByTagName(name);
		return IntStream.range(0, found.getLength()).mapToObj((i) -> (Element) found.item(i));
	}

}
