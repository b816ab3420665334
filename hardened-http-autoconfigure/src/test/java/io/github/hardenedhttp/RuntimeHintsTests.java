package io.github.hardenedhttp;

import java.util.List;
import java.util.function.Predicate;

import javax.net.ssl.SSLParameters;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.protocol.framed.AbstractFramedStreamSinkChannel;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.ExecutableHint;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeHint;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What this project looks up by name is in the hints for native images that are
 * registered. {@code ArchitectureTests} knows who looks anything up.
 */
class RuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void register() {
		ClassLoader classLoader = getClass().getClassLoader();
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", classLoader)
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getPackageName().startsWith("io.github.hardenedhttp"))
			.forEach((registrar) -> registrar.registerHints(this.hints, classLoader));
	}

	@ParameterizedTest
	@CsvSource({ "org.xnio.nio.QueuedNioTcpServer2, realServer", "org.xnio.nio.NioTcpServer, channel" })
	void theFieldsToTheListeningSocketAreKnown(String type, String field) throws ClassNotFoundException {
		assertKnown(RuntimeHintsPredicates.reflection().onField(type, field));
	}

	@Test
	void theWayToTheChannelOfAnHttp2ConnectionIsKnown() {
		assertKnown(RuntimeHintsPredicates.reflection().onField(Http2ServerConnection.class, "channel"));
	}

	@Test
	void theFrameThatIsSentAsGoawayIsKnown() throws ReflectiveOperationException {
		assertKnown(RuntimeHintsPredicates.reflection()
			.onMethod(AbstractFramedStreamSinkChannel.class, "getFrameHeader")
			.invoke());
		assertKnown(RuntimeHintsPredicates.reflection()
			.onConstructor(Class.forName("io.undertow.protocols.http2.Http2PingStreamSinkChannel")
				.getDeclaredConstructor(Http2Channel.class, byte[].class, boolean.class))
			.invoke());
	}

	@Test
	void theGroupsOfAnEngineCanBeSet() {
		// The method came with Java 20, so there may be no Method to ask for.
		TypeHint parameters = this.hints.reflection().getTypeHint(SSLParameters.class);
		assertThat(parameters).isNotNull();
		assertThat(parameters.methods()).singleElement()
			.extracting(ExecutableHint::getName, ExecutableHint::getParameterTypes)
			.containsExactly("setNamedGroups", List.of(TypeReference.of(String[].class)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.bouncycastle.cert.X509v3CertificateBuilder", "io.undertow.Undertow",
			"io.undertow.servlet.Servlets", "io.undertow.websockets.jsr.Bootstrap", "org.xnio.Xnio",
			"org.xnio.nio.NioXnioProvider" })
	void whatIsLookedForIsFound(String type) {
		assertKnown(RuntimeHintsPredicates.reflection().onType(TypeReference.of(type)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "META-INF/spring-configuration-metadata.json", "META-INF/hardened/dashboard/index.html",
			"META-INF/hardened/dashboard/style.css", "META-INF/hardened/dashboard/dashboard.js",
			"META-INF/hardened/dashboard/chart.umd.min.js", "META-INF/hardened/dashboard/icon.svg",
			"io/github/hardenedhttp/KnownProperties.class", "org/shredzone/acme4j/version.properties",
			"META-INF/maven/io.undertow/undertow-core/pom.properties",
			"META-INF/maven/io.undertow/undertow-servlet/pom.properties",
			"META-INF/maven/io.undertow/undertow-websockets-jsr/pom.properties",
			"META-INF/maven/org.jboss.xnio/xnio-api/pom.properties",
			"META-INF/maven/org.jboss.xnio/xnio-nio/pom.properties" })
	void whatIsReadIsThere(String resource) {
		assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
		assertKnown(RuntimeHintsPredicates.resource().forResource(resource));
	}

	private void assertKnown(Predicate<RuntimeHints> predicate) {
		assertThat(predicate).accepts(this.hints);
	}

}
