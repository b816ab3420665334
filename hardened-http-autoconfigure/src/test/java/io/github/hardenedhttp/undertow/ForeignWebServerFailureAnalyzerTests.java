package io.github.hardenedhttp.undertow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

class ForeignWebServerFailureAnalyzerTests {

	@ParameterizedTest
	@CsvSource({ "TomcatServletWebServerFactory, tomcat, spring-boot-starter-web, tomcat",
			"TomcatReactiveWebServerFactory, tomcat, spring-boot-starter-web, tomcat",
			"JettyServletWebServerFactory, jetty, spring-boot-starter-web, jetty",
			"NettyReactiveWebServerFactory, netty, spring-boot-starter-webflux, reactor-netty" })
	void theExclusionToPasteIsShownForTheServersOfBoot(String factory, String server, String from, String excluded) {
		FailureAnalysis analysis = analyze(factory);
		assertThat(analysis.getDescription()).isEqualTo(
				"The web server is %s, but only Undertow is hardened: nothing would be protected.".formatted(server));
		assertThat(analysis.getAction()).isEqualTo("""
				Exclude it where it comes from, in your pom.xml:
				    <artifactId>%s</artifactId>
				    <exclusions><exclusion>
				        <groupId>org.springframework.boot</groupId>
				        <artifactId>spring-boot-starter-%s</artifactId>
				    </exclusion></exclusions>
				To run without any hardening, set 'hardened.enabled' to false.""".formatted(from, excluded));
	}

	@Test
	void aFactoryOfTheUsersIsNamed() {
		FailureAnalysis analysis = analyze("CustomFactory");
		assertThat(analysis.getDescription()).isEqualTo(
				"The web server is made by CustomFactory, but only Undertow is hardened: nothing would be protected.");
		assertThat(analysis.getAction()).isEqualTo(
				"Remove that bean, so that Spring Boot makes an Undertow server, or set 'hardened.enabled' to false.");
	}

	private static FailureAnalysis analyze(String factory) {
		return new ForeignWebServerFailureAnalyzer().analyze(new ForeignWebServerException(factory));
	}

}
