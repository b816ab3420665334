package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.handler.AbstractUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.server.WebFilter;
import org.springframework.web.util.pattern.PathPattern;

/**
 * What WebFlux dispatches to, and its filters.
 */
final class WebFluxHandlers implements HandlerSource {

	private final ConfigurableListableBeanFactory beanFactory;

	WebFluxHandlers(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Stream<ExposedHandler> handlers(HandlerOrigins origins) {
		MappedHandlers handlers = new MappedHandlers(origins, this.beanFactory);
		for (HandlerMapping mapping : this.beanFactory.getBeansOfType(HandlerMapping.class).values()) {
			if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
				methods.getHandlerMethods()
					.forEach((info, method) -> handlers.add(method.getBeanType(),
							texts(info.getPatternsCondition().getPatterns().stream())));
			}
			else if (mapping instanceof AbstractUrlHandlerMapping urls) {
				urls.getHandlerMap().forEach((path, handler) -> handlers.addBean(handler, texts(Stream.of(path))));
			}
			else {
				handlers.add(mapping.getClass(), List.of());
			}
		}
		return Stream
			.of(handlers.stream(), RouterBeans.of(RouterFunction.class, this.beanFactory, origins), filters(origins))
			.flatMap((part) -> part);
	}

	private Stream<ExposedHandler> filters(HandlerOrigins origins) {
		return this.beanFactory.getBeansOfType(WebFilter.class)
			.values()
			.stream()
			.filter((filter) -> origins.isForeign(filter.getClass()))
			.map((filter) -> origins.handler(Kind.FILTER, ClassUtils.getUserClass(filter).getName(), List.of()));
	}

	private static List<String> texts(Stream<PathPattern> patterns) {
		return patterns.map(PathPattern::getPatternString).toList();
	}

}
