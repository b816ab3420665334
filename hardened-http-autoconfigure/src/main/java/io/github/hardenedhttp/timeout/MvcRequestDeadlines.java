package io.github.hardenedhttp.timeout;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.Assert;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Makes deadlines known to Spring MVC: {@link RequestDeadline} on handlers,
 * {@link RequestDeadlines} as an argument, and silence for requests that were cut.
 */
final class MvcRequestDeadlines
		implements WebMvcConfigurer, HandlerInterceptor, HandlerMethodArgumentResolver, HandlerExceptionResolver {

	private final Map<Handler, RequestDeadlineSettings> settings = new ConcurrentHashMap<>();

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this);
	}

	@Override
	public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
		resolvers.add(this);
	}

	@Override
	public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
		resolvers.add(0, this);
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (handler instanceof HandlerMethod method) {
			RequestDeadlineSettings settings = this.settings.computeIfAbsent(
					new Handler(method.getMethod(), method.getBeanType()), (key) -> RequestDeadlineSettings.of(method));
			RequestDeadlines deadlines = (settings != RequestDeadlineSettings.NONE)
					? ServletRequestDeadlines.of(request) : null;
			if (deadlines != null) {
				settings.applyTo(deadlines);
			}
		}
		return true;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == RequestDeadlines.class;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest request, @Nullable WebDataBinderFactory binderFactory) {
		HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
		RequestDeadlines deadlines = (servletRequest != null) ? ServletRequestDeadlines.of(servletRequest) : null;
		Assert.state(deadlines != null, "The request was not received by a hardened server");
		return deadlines;
	}

	/**
	 * A request that was cut has nobody left to answer to, and has been counted.
	 */
	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		return (ex instanceof RequestDeadlineExceededException
				|| NestedExceptionUtils.getRootCause(ex) instanceof RequestDeadlineExceededException)
						? new ModelAndView() : null;
	}

	// Without the bean: of some there is a new one for each request.
	private record Handler(Method method, Class<?> type) {

	}

}
