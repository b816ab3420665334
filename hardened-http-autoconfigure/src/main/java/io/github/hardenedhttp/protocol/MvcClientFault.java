package io.github.hardenedhttp.protocol;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * {@link UndertowClientFaultHandler} for a body that MVC reads itself: what is thrown
 * then never gets to the servlet container. Spring would answer 400 and log a warning
 * ({@code DefaultHandlerExceptionResolver}, which is the last); the exception handlers of
 * the application come first.
 */
final class MvcClientFault implements WebMvcConfigurer, HandlerExceptionResolver {

	@Override
	public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
		resolvers.add(Math.max(0, resolvers.size() - 1), this);
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		if (!BodyTooLargeException.isCauseOf(ex) || response.isCommitted()) {
			return null;
		}
		response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
		return new ModelAndView();
	}

}
