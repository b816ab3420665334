package io.github.hardenedhttp.undertow;

import java.util.Locale;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells which dependency brought the other server, and what to paste to leave it out.
 */
final class ForeignWebServerFailureAnalyzer extends AbstractFailureAnalyzer<ForeignWebServerException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ForeignWebServerException cause) {
		String factory = cause.getFactoryName();
		String name = factory.toLowerCase(Locale.ROOT);
		if (name.startsWith("tomcat") || name.startsWith("jetty") || name.startsWith("netty")) {
			boolean netty = name.startsWith("netty");
			String server = name.substring(0, 5).equals("tomca") ? "tomcat" : name.substring(0, 5);
			String starter = netty ? "reactor-netty" : server;
			return new FailureAnalysis(
					"The web server is %s, but only Undertow is hardened: nothing would be protected."
						.formatted(server),
					"""
							Exclude it where it comes from, in your pom.xml:
							    <artifactId>%s</artifactId>
							    <exclusions><exclusion>
							        <groupId>org.springframework.boot</groupId>
							        <artifactId>spring-boot-starter-%s</artifactId>
							    </exclusion></exclusions>
							To run without any hardening, set 'hardened.enabled' to false."""
						.formatted(netty ? "spring-boot-starter-webflux" : "spring-boot-starter-web", starter),
					cause);
		}
		return new FailureAnalysis(
				"The web server is made by %s, but only Undertow is hardened: nothing would be protected."
					.formatted(factory),
				"Remove that bean, so that Spring Boot makes an Undertow server, or set 'hardened.enabled' to false.",
				cause);
	}

}
