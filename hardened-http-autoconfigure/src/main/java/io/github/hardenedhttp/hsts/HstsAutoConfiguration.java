package io.github.hardenedhttp.hsts;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Sends the Strict-Transport-Security header where this server speaks TLS itself.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass(Undertow.class)
@ConditionalOnProperty(name = { "hardened.enabled", "hardened.tls.enabled" }, matchIfMissing = true)
@EnableConfigurationProperties(HstsProperties.class)
public final class HstsAutoConfiguration {

	@Bean
	@ConditionalOnProperty(name = "hardened.hsts.enabled", matchIfMissing = true)
	RequestHandler hstsRequestHandler(HstsProperties properties) {
		HstsPolicy policy = properties.toPolicy();
		return new RequestHandler(HandlerOrder.STRICT_TRANSPORT_SECURITY, (next) -> new HstsHandler(policy, next));
	}

	@Bean
	HardeningChecks hstsHardeningChecks(HstsProperties properties) {
		return new HstsChecks(properties);
	}

}
