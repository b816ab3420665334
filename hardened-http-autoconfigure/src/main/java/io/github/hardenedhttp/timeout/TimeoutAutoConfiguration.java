package io.github.hardenedhttp.timeout;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.filedescriptor.FileDescriptorAutoConfiguration;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.ServerRole;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.github.hardenedhttp.undertow.UndertowThreads;
import io.undertow.Undertow;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Gives every connection and every request its deadlines.
 */
@AutoConfiguration(after = { UndertowAutoConfiguration.class, FileDescriptorAutoConfiguration.class })
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TimeoutProperties.class)
public final class TimeoutAutoConfiguration {

	// The part of the heap that bodies may take while they arrive.
	private static final int HEAP_SHARE = 10;

	@Bean
	Deadlines deadlines(TimeoutProperties properties) {
		return new Deadlines(properties.toConnectionTimeouts(), properties.toRequestTimeouts(),
				new SendQueues(properties.toPathTimeouts().shortestWrite()));
	}

	@Bean
	SlowClients slowClients() {
		return new SlowClients();
	}

	@Bean
	RequestHandler deadlineRequestHandler(Guard guard, Deadlines deadlines, TimeoutProperties properties,
			ObjectProvider<WorkerPool> pool, SlowClients slowClients, ServerProperties serverProperties) {
		PathRequestTimeouts timeouts = properties.toPathTimeouts();
		UnreadLimit unreadLimit = UnreadLimit.of(serverProperties);
		return new RequestHandler(HandlerOrder.DEADLINES, (next) -> new DeadlineHandler(guard, deadlines, timeouts,
				pool.getIfAvailable(), slowClients, unreadLimit, System::nanoTime, next));
	}

	@Bean
	UndertowTimeoutCustomizer undertowTimeoutCustomizer(Environment environment) {
		return new UndertowTimeoutCustomizer(environment);
	}

	@Bean
	HardeningChecks timeoutHardeningChecks(TimeoutProperties properties, ObjectProvider<WorkerPool> pool,
			Environment environment) {
		return new TimeoutChecks(properties, pool.getIfAvailable() != null, environment);
	}

	/**
	 * Where threads wait for clients. A WebFlux application has none that do, and virtual
	 * threads need no pool.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnThreading(Threading.PLATFORM)
	static class Workers {

		@Bean
		WorkerPool workerPool(TimeoutProperties properties, ServerProperties serverProperties,
				ObjectProvider<FileDescriptorPressure> descriptors, ApplicationContext context) {
			String listener = ServerRole.of(context).listener();
			return new WorkerPool((listener != null) ? listener : "http", UndertowThreads.worker(serverProperties),
					properties.toMaxWaitingWorkers(max(descriptors)));
		}

		private static long max(ObjectProvider<FileDescriptorPressure> descriptors) {
			FileDescriptorPressure pressure = descriptors.getIfAvailable();
			return (pressure != null) ? pressure.max() : 0;
		}

		@Bean
		WorkerRelief workerRelief(WorkerPool pool, Deadlines deadlines) {
			return new WorkerRelief(pool, deadlines);
		}

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> workerPoolCustomizer(WorkerPool pool) {
			return (factory) -> factory.addDeploymentInfoCustomizers((deployment) -> {
				if (deployment.getExecutor() == null) {
					deployment.setExecutor(pool);
				}
				deployment.addOuterHandlerChainWrapper(WorkerTurnHandler::aroundApplication);
			});
		}

		@Bean
		@ConditionalOnMissingBean
		BodyMemory bodyMemory() {
			return new BodyMemory(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
		}

		@Bean
		@ConditionalOnMissingBean
		DelayedRequests delayedRequests() {
			return new DelayedRequests();
		}

		@Bean
		WorkerTurns workerTurns(WorkerPool pool, ObjectProvider<FileDescriptorPressure> descriptors,
				DelayedRequests delayed) {
			return new WorkerTurns(pool, TimeoutProperties.toMaxWaitingTurns(max(descriptors)),
					Runtime.getRuntime().maxMemory() / HEAP_SHARE, delayed, System::nanoTime);
		}

		@Bean
		RequestHandler workerTurnRequestHandler(WorkerTurns turns, SlowClients slowClients) {
			return new RequestHandler(HandlerOrder.WORKER_TURN,
					(next) -> new WorkerTurnHandler(turns, slowClients, next));
		}

	}

	/**
	 * Where no thread of a pool waits no body is read in advance, but whoever waits for
	 * "100 Continue" is answered.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Bodies {

		@Bean
		RequestHandler bodyBufferRequestHandler(TimeoutProperties properties, ObjectProvider<BodyMemory> memory) {
			int limit = properties.toBodyBuffer();
			BodyMemory held = memory.getIfAvailable(() -> new BodyMemory(0));
			return new RequestHandler(HandlerOrder.BODY_BUFFER, (next) -> new BodyBufferHandler(limit, held, next));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(WebMvcConfigurer.class)
	static class Mvc {

		@Bean
		WebMvcConfigurer requestDeadlinesMvcConfigurer() {
			return new MvcRequestDeadlines();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(WebFluxConfigurer.class)
	static class WebFlux {

		// The last is the innermost: the request handlers are around it.
		@Bean
		@Order(1)
		HttpHandlerDecoratorFactory reactiveDeadlineHandlerDecorator(ServerProperties serverProperties) {
			UnreadBody.allowForTheTimeBefore();
			UnreadLimit limit = UnreadLimit.of(serverProperties);
			return (application) -> new ReactiveDeadlineHandler(limit, application);
		}

		@Bean
		WebFluxRequestDeadlines webFluxRequestDeadlines() {
			return new WebFluxRequestDeadlines();
		}

	}

}
