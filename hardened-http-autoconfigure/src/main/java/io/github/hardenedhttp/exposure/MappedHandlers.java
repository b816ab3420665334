package io.github.hardenedhttp.exposure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Gathers mappings, one class after the other, until all are known.
 */
final class MappedHandlers {

	private final HandlerOrigins origins;

	private final BeanFactory beanFactory;

	private final Map<String, TreeSet<String>> paths = new TreeMap<>();

	MappedHandlers(HandlerOrigins origins, BeanFactory beanFactory) {
		this.origins = origins;
		this.beanFactory = beanFactory;
	}

	/**
	 * Adds what a mapping of URLs holds.
	 * @param handler the handler, or its bean's name where it is made for each request
	 * @param paths the paths it is mapped to
	 */
	void addBean(Object handler, Iterable<String> paths) {
		Class<?> bean = (handler instanceof String name) ? this.beanFactory.getType(name) : null;
		add((bean != null) ? bean : handler.getClass(), paths);
	}

	void add(Class<?> handler, Iterable<String> paths) {
		if (this.origins.isForeign(handler)) {
			TreeSet<String> known = this.paths.computeIfAbsent(ClassUtils.getUserClass(handler).getName(),
					(name) -> new TreeSet<>());
			paths.forEach(known::add);
		}
	}

	Stream<ExposedHandler> stream() {
		List<ExposedHandler> handlers = new ArrayList<>();
		this.paths
			.forEach((name, paths) -> handlers.add(this.origins.handler(Kind.CONTROLLER, name, List.copyOf(paths))));
		return handlers.stream();
	}

}
