package io.github.hardenedhttp.timeout;

import java.util.concurrent.RejectedExecutionException;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.CloseReason;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import org.xnio.IoUtils;

/**
 * The turn of one request of a slow client. It begins when the request may take a worker,
 * and is over when the worker has come back.
 */
class WorkerTurn {

	static final AttachmentKey<WorkerTurn> KEY = AttachmentKey.create(WorkerTurn.class);

	// Header fields, the exchange and its conduits.
	private static final int BYTES_BESIDE_THE_BODY = 16 * 1024;

	private final HttpServerExchange exchange;

	private final ExchangeDeadlines request;

	private final Client client;

	private final HttpHandler next;

	private volatile boolean handled;

	// Of the I/O thread.

	private boolean begun;

	private boolean givenUp;

	WorkerTurn(HttpServerExchange exchange, ExchangeDeadlines request, HttpHandler next) {
		this.exchange = exchange;
		this.request = request;
		this.client = request.client();
		this.next = next;
	}

	Client client() {
		return this.client;
	}

	/**
	 * What it holds in memory while it waits, at most.
	 * @param bodyBuffer how much of a body was read
	 * @return bytes
	 */
	long weight(int bodyBuffer) {
		boolean unknown = this.exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING);
		long body = unknown ? bodyBuffer : Math.max(0, this.exchange.getRequestContentLength());
		return BYTES_BESIDE_THE_BODY + Math.min(body, bodyBuffer);
	}

	/**
	 * The turn begins. The request goes on where it stood, on its I/O thread, unless it
	 * was given up meanwhile.
	 */
	void begin() {
		try {
			this.exchange.getIoThread().execute(this::goOn);
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and every request with it.
		}
	}

	private void goOn() {
		if (!this.givenUp) {
			this.begun = true;
			Connectors.executeRootHandler(this.next, this.exchange);
		}
	}

	/**
	 * The request will not wait any longer, for somebody else has to.
	 */
	void evict() {
		this.request.cut(CloseReason.EVICTED);
	}

	/**
	 * To be called on the I/O thread when the request was cut.
	 */
	void giveUp() {
		if (!this.begun && !this.givenUp) {
			this.givenUp = true;
			IoUtils.safeClose(this.exchange.getConnection());
			this.exchange.endExchange();
		}
	}

	/**
	 * The application has done its part, or goes on without a worker.
	 */
	void handled() {
		this.handled = true;
	}

	/**
	 * Whether no worker is with the request any more.
	 * @return whether the turn is over
	 */
	boolean isOver() {
		return this.handled && !this.request.isBlocking();
	}

	long behind(long now) {
		return this.request.behind(now);
	}

}
