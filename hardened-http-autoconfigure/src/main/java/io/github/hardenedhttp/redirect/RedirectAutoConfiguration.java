package io.github.hardenedhttp.redirect;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Opens the listener that redirects to HTTPS, beside the server of the application's own
 * context.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ RedirectProperties.class, ServerProperties.class })
public final class RedirectAutoConfiguration {

	private static final int DEFAULT_SERVER_PORT = 8080;

	@Bean
	HardeningChecks redirectHardeningChecks(RedirectProperties properties, ServerProperties serverProperties,
			Environment environment) {
		return new RedirectChecks(properties, isTls(environment), portOf(serverProperties));
	}

	private static boolean isTls(Environment environment) {
		return environment.getProperty("hardened.tls.enabled", Boolean.class, true);
	}

	private static int portOf(ServerProperties properties) {
		Integer port = properties.getPort();
		return (port != null) ? port : DEFAULT_SERVER_PORT;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "hardened.redirect.enabled", matchIfMissing = true)
	static class Listener {

		@Bean
		RedirectPolicy redirectPolicy(RedirectProperties properties, ServerProperties serverProperties,
				Environment environment) {
			return properties.toPolicy(isTls(environment), portOf(serverProperties));
		}

		/**
		 * Has the policy made before the server, so that a wrong property stops the start
		 * while there is nothing to take down.
		 */
		@Bean
		WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> redirectPolicyFirst(RedirectPolicy policy) {
			return (factory) -> {
			};
		}

		@Bean
		RedirectServer redirectServer(RedirectPolicy policy, ObjectProvider<AllowedHosts> certificateNames,
				ObjectProvider<ChallengeResponses> challenges, Guard guard, ServerProperties serverProperties,
				ApplicationContext context) {
			AllowedHosts allowedHosts = (policy.allowedHosts() != null) ? policy.allowedHosts()
					: certificateNames.getIfAvailable();
			return new RedirectServer(policy, allowedHosts, challenges.getIfAvailable(), guard,
					serverProperties.getAddress(), context, RedirectListener.DEADLINE);
		}

	}

}
