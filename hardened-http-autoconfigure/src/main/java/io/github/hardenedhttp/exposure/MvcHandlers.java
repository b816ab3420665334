package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * What Spring MVC dispatches to.
 */
final class MvcHandlers implements HandlerSource {

	private final ConfigurableListableBeanFactory beanFactory;

	MvcHandlers(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Stream<ExposedHandler> handlers(HandlerOrigins origins) {
		MappedHandlers handlers = new MappedHandlers(origins, this.beanFactory);
		for (HandlerMapping mapping : this.beanFactory.getBeansOfType(HandlerMapping.class).values()) {
			if (mapping instanceof RequestMappingInfoHandlerMapping methods) {
				methods.getHandlerMethods()
					.forEach((info, method) -> handlers.add(method.getBeanType(), info.getPatternValues()));
			}
			else if (mapping instanceof AbstractUrlHandlerMapping urls) {
				urls.getHandlerMap().forEach((path, handler) -> handlers.addBean(handler, List.of(path)));
			}
			else {
				handlers.add(mapping.getClass(), List.of());
			}
		}
		return Stream.concat(handlers.stream(), RouterBeans.of(RouterFunction.class, this.beanFactory, origins));
	}

}
