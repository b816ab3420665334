package io.github.hardenedhttp.timeout;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;

/**
 * Has the requests of slow clients wait for their turn before they take a worker. What
 * waits has its deadlines all the same: it leaves the queue when it is cut, and when its
 * connection closes, as far as the server is told. An HTTP/1.1 connection is not read
 * from meanwhile, so whoever has left it is found out at its turn.
 */
final class WorkerTurnHandler implements HttpHandler {

	private final WorkerTurns turns;

	private final SlowClients slowClients;

	private final HttpHandler next;

	WorkerTurnHandler(WorkerTurns turns, SlowClients slowClients, HttpHandler next) {
		this.turns = turns;
		this.slowClients = slowClients;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		ExchangeDeadlines request = exchange.getAttachment(ExchangeDeadlines.KEY);
		if (request == null) {
			this.next.handleRequest(exchange);
		}
		else if (isSlow(request)) {
			takeTurns(exchange, request);
		}
		else {
			this.turns.othersAsk(request.now());
			this.next.handleRequest(exchange);
		}
	}

	private boolean isSlow(ExchangeDeadlines request) {
		return !this.slowClients.isEmpty() && this.slowClients.contains(request.client(), request.now());
	}

	private void takeTurns(HttpServerExchange exchange, ExchangeDeadlines request) throws Exception {
		ExchangeTurn turn = new ExchangeTurn(exchange, request, this.next);
		exchange.putAttachment(ExchangeTurn.KEY, turn);
		exchange.addExchangeCompleteListener((ended, nextListener) -> {
			this.turns.end(turn);
			if (request.endsWell()) {
				this.slowClients.served(turn.client());
			}
			nextListener.proceed();
		});
		if (this.turns.goesAtOnce(turn)) {
			this.next.handleRequest(exchange);
		}
		else {
			request.whenCut(turn::giveUp);
			exchange.dispatch(SameThreadExecutor.INSTANCE, () -> this.turns.await(turn));
		}
	}

	/**
	 * What has to be around the application, on the thread that calls it.
	 * @param application the application
	 * @return a handler that no longer counts the body among those that wait, and ends
	 * the turn when the application has returned
	 */
	static HttpHandler aroundApplication(HttpHandler application) {
		return (exchange) -> {
			BodyBufferHandler.Body body = exchange.getAttachment(BodyBufferHandler.BUFFERED);
			if (body != null) {
				body.release();
			}
			try {
				application.handleRequest(exchange);
			}
			finally {
				ExchangeTurn turn = exchange.getAttachment(ExchangeTurn.KEY);
				if (turn != null) {
					turn.handled();
				}
			}
		};
	}

}
