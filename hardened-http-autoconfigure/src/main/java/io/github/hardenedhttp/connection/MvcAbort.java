package io.github.hardenedhttp.connection;

import java.util.List;

import io.undertow.server.HttpServerExchange;
import io.undertow.servlet.spec.HttpServletRequestImpl;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Sees what controllers and their asynchronous results throw, before any exception
 * handler of the application.
 */
final class MvcAbort implements WebMvcConfigurer, HandlerExceptionResolver {

	private final ExchangeAbort abort;

	MvcAbort(ExchangeAbort abort) {
		this.abort = abort;
	}

	@Override
	public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
		resolvers.add(0, this);
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		HttpServerExchange exchange = exchange(request);
		return (exchange != null && this.abort.abortIfAsked(exchange, ex)) ? new ModelAndView() : null;
	}

	private static @Nullable HttpServerExchange exchange(ServletRequest request) {
		ServletRequest innermost = request;
		while (innermost instanceof ServletRequestWrapper wrapper) {
			innermost = wrapper.getRequest();
		}
		return (innermost instanceof HttpServletRequestImpl undertow) ? undertow.getExchange() : null;
	}

}
