package io.github.hardenedhttp;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

import io.github.hardenedhttp.testsupport.TestServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@ExtendWith(OutputCaptureExtension.class)
class KnownPropertiesTests {

	private final KnownProperties properties = KnownProperties.load();

	@ParameterizedTest
	@ValueSource(strings = { "hardened.enabled", "hardened.tls.profile", "hardened.tls.named-groups",
			"hardened.tls.named-groups[0]", "hardened.tls.preferServerCipherSuites", "hardened.certificate.self-signed",
			"server.port", "hardenedx.tls", "other.hardened.tls" })
	void whatExistsAndWhatIsNotOursIsAccepted(String name) {
		assertThatNoException().isThrownBy(() -> check(Map.of(name, "x")));
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "hardened.tls.profil, hardened.tls.profile",
					"hardened.tls.named-group[0], hardened.tls.named-groups",
					"hardened.certificate.selfsigned2, hardened.certificate.self-signed",
					"hardened.enable, hardened.enabled", "hardened.something-else-altogether, -" })
	void whatDoesNotExistIsRefusedWithTheNearestName(String name, @Nullable String suggestion) {
		assertThatExceptionOfType(UnknownPropertyException.class).isThrownBy(() -> check(Map.of(name, "x")))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo(name))
			.satisfies((ex) -> assertThat(ex.getSuggestion()).isEqualTo(suggestion));
	}

	@Test
	void environmentVariablesAreNotJudged() {
		assertThatNoException().isThrownBy(() -> check(
				new SystemEnvironmentPropertySource("systemEnvironment", Map.of("HARDENED_HOST_NAME", "example"))));
	}

	@Test
	void theListIsTheOneOfOurOwnJarWhateverComesFirstOnTheClassPath(@TempDir Path directory) throws Exception {
		Path foreign = jar(directory.resolve("foreign.jar"), "{\"properties\":[{\"name\":\"foreign.key\"}]}");
		Path own = jar(directory.resolve("own.jar"), "{\"properties\":[{\"name\":\"hardened.own\"}]}",
				KnownProperties.class);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { foreign.toUri().toURL(), own.toUri().toURL() },
				getClass().getClassLoader()) {

			@Override
			protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
				return name.equals(KnownProperties.class.getName()) ? findClass(name) : super.loadClass(name, resolve);
			}

			@Override
			public @Nullable URL getResource(String name) {
				return findResource(name);
			}

		}) {
			Class<?> neighbour = loader.loadClass(KnownProperties.class.getName());
			KnownProperties known = KnownProperties.load(neighbour);
			assertThatNoException().isThrownBy(() -> check(known, Map.of("hardened.own", "x")));
			assertThatExceptionOfType(UnknownPropertyException.class)
				.isThrownBy(() -> check(known, Map.of("hardened.tls.profile", "x")));
		}
	}

	@Test
	void withoutAListNothingIsRefused() {
		KnownProperties none = KnownProperties.load(Test.class);
		assertThatNoException().isThrownBy(() -> check(none, Map.of("hardened.tls.profile", "x")));
	}

	@Test
	void withoutClassFilesNothingIsRefused(@TempDir Path directory) throws Exception {
		Path jar = jar(directory.resolve("own.jar"), "{\"properties\":[]}", KnownProperties.class);
		try (URLClassLoader loader = new URLClassLoader(new URL[] { jar.toUri().toURL() }, null) {

			@Override
			public @Nullable URL getResource(String name) {
				return null;
			}

		}) {
			KnownProperties none = KnownProperties.load(loader.loadClass(KnownProperties.class.getName()));
			assertThatNoException().isThrownBy(() -> check(none, Map.of("hardened.tls.profile", "x")));
		}
	}

	@Test
	void theStartStopsWithTheOriginBeforeAnythingElseIsFound(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> TestServer.start("hardened.tls.enabeld=false", "hardened.certificate.self-signed=false"));
		assertThat(output)
			.contains(
					"""
							Description:

							There is no configuration property 'hardened.tls.enabeld' (originating from "hardened.tls.enabeld" from \
							property source "commandLineArgs").

							Action:

							Did you mean 'hardened.tls.enabled'?
							""")
			.doesNotContain("\tat ");
	}

	@Test
	void theOriginIsTheLineOfTheFile(@TempDir Path directory, CapturedOutput output) throws IOException {
		Path file = Files.writeString(directory.resolve("extra.properties"), "hardened.wholly-made-up=1\n");
		assertThatException().isThrownBy(() -> TestServer.start("spring.config.additional-location=" + file.toUri()));
		assertThat(output).contains("There is no configuration property 'hardened.wholly-made-up' (originating from ")
			.contains("/extra.properties] - 1:25).")
			.contains("Remove it; docs/reference/configuration.md has all properties.");
	}

	@Test
	void nothingIsRefusedWhenHardeningIsOff() {
		try (TestServer server = TestServer.start("hardened.enabled=false", "hardened.tls.profil=modern")) {
			assertThat(server.port()).isPositive();
		}
	}

	private void check(Map<String, Object> values) {
		check(this.properties, values);
	}

	private static void check(KnownProperties known, Map<String, Object> values) {
		check(known, new MapPropertySource("test", values));
	}

	private void check(PropertySource<?> source) {
		check(this.properties, source);
	}

	private static void check(KnownProperties known, PropertySource<?> source) {
		MutablePropertySources sources = new MutablePropertySources();
		sources.addFirst(source);
		known.check(ConfigurationPropertySources.from(sources));
	}

	private static Path jar(Path file, String metadata, Class<?>... classes) throws IOException {
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
			jar.putNextEntry(new JarEntry("META-INF/spring-configuration-metadata.json"));
			jar.write(metadata.getBytes());
			for (Class<?> type : classes) {
				String name = type.getName().replace('.', '/') + ".class";
				jar.putNextEntry(new JarEntry(name));
				try (InputStream content = type.getClassLoader().getResourceAsStream(name)) {
					content.transferTo(jar);
				}
			}
		}
		return file;
	}

}
