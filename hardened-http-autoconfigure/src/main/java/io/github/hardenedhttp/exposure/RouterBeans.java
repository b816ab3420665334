package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.stream.Stream;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Beans that are functions or lambdas: their own class says nothing, so it is the class
 * that declares them which counts. A function does not tell its paths.
 */
final class RouterBeans {

	private RouterBeans() {
	}

	static Stream<ExposedHandler> of(Class<?> type, ConfigurableListableBeanFactory beanFactory,
			HandlerOrigins origins) {
		return Stream.of(beanFactory.getBeanNamesForType(type)).flatMap((bean) -> {
			String declaring = declaringClass(bean, beanFactory);
			return (declaring != null && origins.isForeign(declaring)) ? Stream.of(new ExposedHandler(Kind.ROUTER,
					"'%s' of %s".formatted(bean, declaring), List.of(), origins.danger(declaring))) : Stream.empty();
		});
	}

	private static @Nullable String declaringClass(String bean, ConfigurableListableBeanFactory beanFactory) {
		if (beanFactory.containsBeanDefinition(bean)) {
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(bean);
			String factory = definition.getFactoryBeanName();
			Class<?> type = (factory != null) ? beanFactory.getType(factory) : null;
			if (type != null) {
				return ClassUtils.getUserClass(type).getName();
			}
			if (definition.getBeanClassName() != null) {
				return definition.getBeanClassName();
			}
		}
		Class<?> type = beanFactory.getType(bean);
		return (type != null) ? type.getName() : null;
	}

}
