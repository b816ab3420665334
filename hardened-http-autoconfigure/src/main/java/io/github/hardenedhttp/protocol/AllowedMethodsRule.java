package io.github.hardenedhttp.protocol;

import java.util.Set;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/**
 * Other methods get 405, whether the application knows them or not. They are told apart
 * by case (RFC 9110, section 9.1), which {@code HttpString} does not do.
 */
final class AllowedMethodsRule implements RequestRule {

	private final Set<String> methods;

	private final String allow;

	AllowedMethodsRule(Set<String> methods) {
		this.methods = methods;
		this.allow = String.join(", ", methods);
	}

	@Override
	public int status(HttpServerExchange exchange) {
		return this.methods.contains(exchange.getRequestMethod().toString()) ? PASSES : StatusCodes.METHOD_NOT_ALLOWED;
	}

	@Override
	public void explain(HttpServerExchange exchange) {
		exchange.getResponseHeaders().put(Headers.ALLOW, this.allow);
	}

}
