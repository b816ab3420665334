package io.github.hardenedhttp.timeout;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Gives every connection and every request its deadlines.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TimeoutProperties.class)
public final class TimeoutAutoConfiguration {

	@Bean
	Deadlines deadlines(TimeoutProperties properties) {
		return new Deadlines(properties.toConnectionTimeouts(), properties.toRequestTimeouts(), new SendQueues());
	}

	@Bean
	RequestHandler deadlineRequestHandler(Guard guard, Deadlines deadlines, TimeoutProperties properties) {
		PathRequestTimeouts timeouts = properties.toPathTimeouts();
		return new RequestHandler(HandlerOrder.DEADLINES,
				(next) -> new DeadlineHandler(guard, deadlines, timeouts, System::nanoTime, next));
	}

	@Bean
	UndertowTimeoutCustomizer undertowTimeoutCustomizer(Environment environment) {
		return new UndertowTimeoutCustomizer(environment);
	}

}
