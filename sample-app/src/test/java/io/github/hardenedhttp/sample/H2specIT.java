package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * h2spec, which tries what RFC 7540 and RFC 7541 ask of a server, finds nothing that
 * plain Boot and Undertow in the same jar can do and we cannot. What fails on which is in
 * {@code target/it/h2spec.md}.
 * <p>
 * Some of its cases are races, of which plain Undertow now and then loses one. So each
 * server is asked several times, and only what fails every time counts. The program comes
 * from a Maven plugin that has it inside.
 */
@OnOneJava
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class H2specIT {

	private static final int RUNS = 3;

	private static final int CASES = 145;

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private static final Path DIRECTORY = Path.of("target", "it", "h2spec");

	private static Tool h2spec;

	@BeforeAll
	static void unpack() throws IOException {
		Files.createDirectories(DIRECTORY);
		Path archive = DIRECTORY.resolve("h2spec.tar.gz");
		try (InputStream resource = H2specIT.class.getResourceAsStream("/h2spec/2.2.0/h2spec_linux_amd64.tar.gz")) {
			assertThat(resource).as("the program inside the plugin").isNotNull();
			Files.copy(resource, archive, StandardCopyOption.REPLACE_EXISTING);
		}
		Tool.Result tar = Tool.find("tar").run(LIMIT, "xzf", archive.toString(), "-C", DIRECTORY.toString());
		assertThat(tar.exitValue()).as(tar.toString()).isZero();
		h2spec = Tool.at(DIRECTORY.resolve("h2spec"));
	}

	@Test
	void nothingFailsThatDoesNotFailWithoutUs() throws IOException {
		Set<String> plain = failures("plain", List.of("--hardened.enabled=false", "--server.http2.enabled=true"));
		Set<String> hardened = failures("hardened", List.of());
		Files.writeString(DIRECTORY.resolveSibling("h2spec.md"), """
				fails on plain Boot and Undertow:

				%s
				fails on the hardened sample:

				%s""".formatted(list(plain), list(hardened)));
		assertThat(plain).containsAll(hardened);
	}

	private static String list(Set<String> cases) {
		StringBuilder list = new StringBuilder();
		cases.forEach((name) -> list.append("- ").append(name).append('\n'));
		return list.toString();
	}

	private static Set<String> failures(String server, List<String> arguments) {
		List<String> all = new ArrayList<>(Certificates.of(KeyType.ECDSA)
			// One case sends more than 8 KB, and is right to expect an answer.
			.arguments("--server.max-http-request-header-size=16KB"));
		all.addAll(arguments);
		try (RunningSample sample = RunningSample.start(all)) {
			return IntStream.range(0, RUNS)
				.mapToObj((run) -> failures(sample, DIRECTORY.resolve("%s-%d.xml".formatted(server, run))))
				.reduce((first, second) -> {
					first.retainAll(second);
					return first;
				})
				.orElseThrow();
		}
	}

	private static Set<String> failures(RunningSample sample, Path report) {
		Tool.Result result = h2spec.run(LIMIT, "--tls", "--insecure", "--port", Integer.toString(sample.httpsPort()),
				"--path", "/hello", "--timeout", "3", "--junit-report", report.toString());
		assertThat(result.output()).contains(CASES + " tests");
		try {
			NodeList cases = DocumentBuilderFactory.newInstance()
				.newDocumentBuilder()
				.parse(report.toFile())
				.getElementsByTagName("testcase");
			Set<String> failures = new TreeSet<>();
			for (int i = 0; i < cases.getLength(); i++) {
				Element testCase = (Element) cases.item(i);
				if (testCase.getElementsByTagName("failure").getLength()
						+ testCase.getElementsByTagName("error").getLength() > 0) {
					failures.add(testCase.getAttribute("package") + ": " + testCase.getAttribute("classname"));
				}
			}
			assertThat(cases.getLength()).isEqualTo(CASES);
			return failures;
		}
		catch (IOException | ParserConfigurationException | SAXException ex) {
			throw new AssertionError(ex);
		}
	}

}
