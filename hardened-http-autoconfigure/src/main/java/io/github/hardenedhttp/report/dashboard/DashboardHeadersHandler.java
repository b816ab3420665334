package io.github.hardenedhttp.report.dashboard;

import java.util.function.Supplier;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/**
 * Adds to the page and its files what an endpoint of Actuator cannot say: that a browser
 * may load nothing from elsewhere, run no script but ours, and show the page in no frame.
 */
final class DashboardHeadersHandler implements HttpHandler {

	static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private static final HttpString CROSS_ORIGIN_RESOURCE_POLICY = new HttpString("Cross-Origin-Resource-Policy");

	private final Supplier<String> path;

	private final HttpHandler next;

	/**
	 * Create the handler.
	 * @param path the path of the page, without a context path; asked with the first
	 * request, because it is known only when all endpoints are
	 * @param next the next handler
	 */
	DashboardHeadersHandler(Supplier<String> path, HttpHandler next) {
		this.path = path;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		// A context path may be in front. Elsewhere the headers would do no harm.
		if (exchange.getRequestPath().contains(this.path.get())) {
			exchange.addResponseCommitListener(DashboardHeadersHandler::addHeaders);
		}
		this.next.handleRequest(exchange);
	}

	private static void addHeaders(HttpServerExchange exchange) {
		HeaderMap headers = exchange.getResponseHeaders();
		headers.put(Headers.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
		headers.put(Headers.X_CONTENT_TYPE_OPTIONS, "nosniff");
		headers.put(Headers.REFERRER_POLICY, "no-referrer");
		headers.put(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
		headers.put(Headers.CACHE_CONTROL, "no-cache");
	}

}
