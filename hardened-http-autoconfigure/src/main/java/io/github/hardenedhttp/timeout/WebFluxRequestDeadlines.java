package io.github.hardenedhttp.timeout;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.Assert;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.SyncHandlerMethodArgumentResolver;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Makes deadlines known to WebFlux: {@link RequestDeadline} on handlers,
 * {@link RequestDeadlines} as an argument, and silence for requests that were cut.
 */
@ControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WebFluxRequestDeadlines
		implements WebFluxConfigurer, SyncHandlerMethodArgumentResolver, WebExceptionHandler {

	private final Map<Handler, RequestDeadlineSettings> settings = new ConcurrentHashMap<>();

	@Override
	public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
		configurer.addCustomResolver(this);
	}

	/**
	 * A {@code WebFilter} runs before the handler is chosen, and WebFlux has no
	 * interceptors: model attributes of advice are what it asks for after that, and
	 * before the arguments of the handler.
	 */
	@ModelAttribute
	void apply(ServerWebExchange exchange) {
		if (exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod method) {
			RequestDeadlineSettings settings = this.settings.computeIfAbsent(
					new Handler(method.getMethod(), method.getBeanType()), (key) -> RequestDeadlineSettings.of(method));
			RequestDeadlines deadlines = (settings != RequestDeadlineSettings.NONE)
					? ReactiveRequestDeadlines.of(exchange) : null;
			if (deadlines != null) {
				settings.applyTo(deadlines);
			}
		}
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == RequestDeadlines.class;
	}

	@Override
	public Object resolveArgumentValue(MethodParameter parameter, BindingContext bindingContext,
			ServerWebExchange exchange) {
		RequestDeadlines deadlines = ReactiveRequestDeadlines.of(exchange);
		Assert.state(deadlines != null, "The request was not received by a hardened server");
		return deadlines;
	}

	/**
	 * A request that was cut has nobody left to answer to, and has been counted.
	 */
	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		return (ex instanceof RequestDeadlineExceededException
				|| NestedExceptionUtils.getRootCause(ex) instanceof RequestDeadlineExceededException) ? Mono.empty()
						: Mono.error(ex);
	}

	// Without the bean: of some there is a new one for each request.
	private record Handler(Method method, Class<?> type) {

	}

}
