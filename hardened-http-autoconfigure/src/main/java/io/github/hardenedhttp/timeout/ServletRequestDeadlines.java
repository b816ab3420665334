package io.github.hardenedhttp.timeout;

import io.undertow.servlet.spec.HttpServletRequestImpl;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of a servlet request.
 */
public final class ServletRequestDeadlines {

	private ServletRequestDeadlines() {
	}

	/**
	 * Finds the deadlines of a request, also behind the wrappers filters put around it.
	 * @param request the request that is being handled
	 * @return its deadlines, or {@code null} if it has none: it was not received by a
	 * hardened server
	 */
	public static @Nullable RequestDeadlines of(ServletRequest request) {
		ServletRequest innermost = request;
		while (innermost instanceof ServletRequestWrapper wrapper) {
			innermost = wrapper.getRequest();
		}
		return (innermost instanceof HttpServletRequestImpl undertow)
				? undertow.getExchange().getAttachment(ExchangeDeadlines.KEY) : null;
	}

}
