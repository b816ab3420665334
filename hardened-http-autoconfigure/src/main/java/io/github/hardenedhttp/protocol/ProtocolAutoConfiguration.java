package io.github.hardenedhttp.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.RequestRule;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Judges what requests look like, and keeps what clients do wrong from looking like an
 * error of the application.
 */
@AutoConfiguration(after = { UndertowAutoConfiguration.class, FramingAutoConfiguration.class },
		afterName = "io.github.hardenedhttp.timeout.TimeoutAutoConfiguration")
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProtocolProperties.class)
public final class ProtocolAutoConfiguration {

	@Bean
	Refusal refusal(Guard guard, ProtocolLimits limits) {
		return new Refusal(guard, limits.body());
	}

	@Bean
	UndertowProtocolCustomizer undertowProtocolCustomizer(ProtocolLimits limits, Refusal refusal) {
		return new UndertowProtocolCustomizer(limits, refusal);
	}

	@Bean
	RequestHandler requestRulesRequestHandler(ObjectProvider<RequestRule> ofOtherRooms, ProtocolProperties properties,
			ProtocolLimits limits, Refusal refusal) {
		List<RequestRule> rules = Stream.concat(ofOtherRooms.orderedStream(), rules(properties, limits).stream())
			.toList();
		return new RequestHandler(HandlerOrder.REQUEST_RULES,
				(next) -> new RequestRulesHandler(rules, refusal, new ExpectationHandler(next)));
	}

	@Bean
	HardeningChecks protocolHardeningChecks(ProtocolProperties properties, ProtocolLimits limits) {
		return new ProtocolChecks(properties, limits);
	}

	private static List<RequestRule> rules(ProtocolProperties properties, ProtocolLimits limits) {
		List<RequestRule> rules = new ArrayList<>();
		if (properties.strictFraming()) {
			rules.add(new MultipartRule());
		}
		rules.add(new HeaderFieldsRule(limits.headers()));
		rules.add(new CookiesRule(limits.cookies()));
		rules.add(new AllowedMethodsRule(properties.toAllowedMethods()));
		rules.add(new AbsoluteTargetRule());
		rules.add(new RequestPathRule());
		return rules;
	}

	@Bean
	RequestHandler bodyLimitRequestHandler(ProtocolLimits limits, Refusal refusal) {
		return new RequestHandler(HandlerOrder.BODY_LIMIT,
				(next) -> new BodyLimitHandler(limits.body(), refusal, next));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> clientFaultHandlerCustomizer(Refusal refusal) {
			return (factory) -> factory
				.addDeploymentInfoCustomizers((deployment) -> UndertowClientFaultHandler.addTo(deployment, refusal));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(WebMvcConfigurer.class)
	static class Mvc {

		@Bean
		WebMvcConfigurer clientFaultMvcConfigurer() {
			return new MvcClientFault();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		// The innermost: whoever stops reading there is seen by the deadlines around it.
		@Bean
		@Order(2)
		HttpHandlerDecoratorFactory reactiveBodyLimitHandlerDecorator(ProtocolLimits limits, Refusal refusal) {
			return (application) -> new ReactiveBodyLimitHandler(limits.body(), refusal, application);
		}

		@Bean
		ReactiveClientFaultHandler reactiveClientFaultHandler(Refusal refusal) {
			return new ReactiveClientFaultHandler(refusal);
		}

	}

}
