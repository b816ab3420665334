package io.github.hardenedhttp.undertow;

import java.util.Arrays;
import java.util.List;

import io.undertow.Undertow;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

/**
 * Puts the guard under the application's server and the request handlers around the
 * application.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ HardenedProperties.class, ServerProperties.class })
public final class UndertowAutoConfiguration {

	/**
	 * A watch belongs to one thread: those of a parent context, the guard there has.
	 */
	@Bean
	Guard guard(HardenedProperties properties, ListableBeanFactory beans, ObjectProvider<ConnectionObserver> observers,
			ObjectProvider<Admission> admissions, ObjectProvider<AcceptCeiling> ceiling,
			ObjectProvider<PlaintextJudges> judges, ObjectProvider<ListeningSocketCustomizer> socketCustomizers) {
		List<GuardWatch> watches = Arrays.stream(beans.getBeanNamesForType(GuardWatch.class))
			.map((name) -> beans.getBean(name, GuardWatch.class))
			.toList();
		return new Guard(System::nanoTime,
				new GuardPolicies(properties.mode(), watches, observers.stream().toList(), admissions.stream().toList(),
						ceiling.getIfAvailable(), judges.getIfAvailable(), socketCustomizers.stream().toList()));
	}

	@Bean
	UndertowGuardCustomizer undertowGuardCustomizer(Guard guard, ServerProperties serverProperties,
			ApplicationContext context) {
		return new UndertowGuardCustomizer(guard, serverProperties, ServerRole.of(context));
	}

	@Bean
	BacklogCustomizer backlogCustomizer() {
		return new BacklogCustomizer();
	}

	@Bean
	BufferPoolCustomizer bufferPoolCustomizer(ServerProperties serverProperties) {
		return new BufferPoolCustomizer(serverProperties);
	}

	@Bean
	OnlyUndertowCustomizer onlyUndertowCustomizer() {
		return new OnlyUndertowCustomizer();
	}

	@Bean
	RequestHandler connectionStateRequestHandler(Guard guard) {
		return new RequestHandler(HandlerOrder.CONNECTION_STATE, (next) -> new ConnectionStateHandler(guard, next));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> requestHandlersCustomizer(
				ObjectProvider<RequestHandler> handlers) {
			return (factory) -> factory.addDeploymentInfoCustomizers(
					(deployment) -> deployment.addInitialHandlerChainWrapper(new RequestHandlers(handlers.stream())));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		@Bean
		@Order(0)
		HttpHandlerDecoratorFactory requestHandlersDecorator(ObjectProvider<RequestHandler> handlers) {
			return (application) -> new ReactiveRequestHandlers(new RequestHandlers(handlers.stream()), application);
		}

	}

}
