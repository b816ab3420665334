package io.github.hardenedhttp.exposure;

import java.util.List;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import jakarta.servlet.ServletContext;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Lists the handlers of the public port that are not of the application.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBean(Guard.class)
public final class ExposureAutoConfiguration {

	@Bean
	ExposedHandlers exposedHandlers(ObjectProvider<HandlerSource> sources, ApplicationContext context) {
		List<String> packages = AutoConfigurationPackages.has(context) ? AutoConfigurationPackages.get(context)
				: List.of();
		return new ExposedHandlers(sources.orderedStream().toList(), new HandlerOrigins(packages));
	}

	@Bean
	HardeningChecks exposureHardeningChecks(ObjectProvider<ExposedHandlers> handlers) {
		// Whoever asks for the checks may do so before there are handlers.
		return new ExposureChecks(() -> handlers.getObject().list());
	}

	@Bean
	ExposedHandlersLog exposedHandlersLog(ExposedHandlers handlers, ApplicationContext context) {
		return new ExposedHandlersLog(handlers, context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		ServletHandlers servletHandlers(ServletContext servletContext) {
			return new ServletHandlers(servletContext);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class Mvc {

		@Bean
		MvcHandlers mvcHandlers(ConfigurableListableBeanFactory beanFactory) {
			return new MvcHandlers(beanFactory);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class WebFlux {

		@Bean
		WebFluxHandlers webFluxHandlers(ConfigurableListableBeanFactory beanFactory) {
			return new WebFluxHandlers(beanFactory);
		}

	}

}
