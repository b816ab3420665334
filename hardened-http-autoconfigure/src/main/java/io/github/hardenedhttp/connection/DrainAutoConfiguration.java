package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.context.annotation.Bean;

/**
 * Ends connections before the server ends.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class DrainAutoConfiguration {

	@Bean
	DrainLifecycle drainLifecycle(Guard guard, ServerProperties properties) {
		return new DrainLifecycle(guard, properties.getShutdown() == Shutdown.GRACEFUL);
	}

	@Bean
	FarewellLifecycle farewellLifecycle(Guard guard, ServerProperties properties) {
		return new FarewellLifecycle(guard, properties.getShutdown() == Shutdown.GRACEFUL);
	}

	@Bean
	RequestHandler drainRequestHandler(Guard guard, DrainLifecycle lifecycle) {
		return new RequestHandler(HandlerOrder.DRAINING, (next) -> new DrainHandler(guard, lifecycle::isClosing, next));
	}

}
