package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Names the foreign handlers once, in one line, as soon as all are registered.
 */
final class ExposedHandlersLog implements ApplicationListener<ContextRefreshedEvent> {

	private static final Log logger = LogFactory.getLog(ExposedHandlers.class);

	private final ExposedHandlers handlers;

	private final ApplicationContext context;

	ExposedHandlersLog(ExposedHandlers handlers, ApplicationContext context) {
		this.handlers = handlers;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		// The context of the management port tells its parent, too.
		if (event.getApplicationContext() != this.context) {
			return;
		}
		List<ExposedHandler> found = this.handlers.list();
		String names = found.stream().map(ExposedHandler::toString).collect(Collectors.joining("; "));
		if (found.stream().anyMatch(ExposedHandler::isDangerous)) {
			logger.warn("Dangerous on the public port, and not of the application: " + names);
		}
		else if (!found.isEmpty()) {
			logger.info("On the public port, and not of the application: " + names);
		}
	}

}
