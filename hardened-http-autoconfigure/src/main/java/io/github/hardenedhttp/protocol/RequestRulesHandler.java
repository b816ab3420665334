package io.github.hardenedhttp.protocol;

import java.util.List;

import io.github.hardenedhttp.undertow.RequestRule;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

/**
 * Refuses requests that break a {@link RequestRule}. The first rule that is broken says
 * with which status; where the server only observes, all of them are counted.
 */
final class RequestRulesHandler implements HttpHandler {

	private final List<RequestRule> rules;

	private final Refusal refusal;

	private final HttpHandler next;

	RequestRulesHandler(List<RequestRule> rules, Refusal refusal, HttpHandler next) {
		this.rules = rules;
		this.refusal = refusal;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		for (int at = 0; at < this.rules.size(); at++) {
			RequestRule rule = this.rules.get(at);
			int status = rule.status(exchange);
			if (status != RequestRule.PASSES && this.refusal.applies(exchange, rule.reason())) {
				rule.explain(exchange);
				this.refusal.send(exchange, status);
				return;
			}
		}
		this.next.handleRequest(exchange);
	}

}
