package io.github.hardenedhttp.timeout;

import java.util.concurrent.RejectedExecutionException;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.CloseReason;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import org.xnio.IoUtils;

/**
 * The turn of an exchange of Undertow's.
 */
final class ExchangeTurn implements WorkerTurn {

	static final AttachmentKey<ExchangeTurn> KEY = AttachmentKey.create(ExchangeTurn.class);

	// Header fields, the exchange and its conduits.
	private static final int BYTES_BESIDE_THE_BODY = 16 * 1024;

	private final HttpServerExchange exchange;

	private final ExchangeDeadlines request;

	private final Client client;

	private final long weight;

	private final HttpHandler next;

	private volatile boolean handled;

	// What the client had kept others waiting when the turn began.

	private volatile long readBefore;

	private volatile long writeBefore;

	// Of the I/O thread.

	private boolean begun;

	private boolean givenUp;

	ExchangeTurn(HttpServerExchange exchange, ExchangeDeadlines request, HttpHandler next) {
		this.exchange = exchange;
		this.request = request;
		this.client = request.client();
		BodyBufferHandler.Body body = exchange.getAttachment(BodyBufferHandler.BUFFERED);
		this.weight = BYTES_BESIDE_THE_BODY + ((body != null) ? body.count() : 0);
		this.next = next;
		beginsNow();
	}

	private void beginsNow() {
		long now = this.request.now();
		this.readBefore = this.request.read().behind(now);
		this.writeBefore = this.request.write().behind(now);
	}

	@Override
	public Client client() {
		return this.client;
	}

	@Override
	public long weight() {
		return this.weight;
	}

	@Override
	public void begin() {
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
			beginsNow();
			Connectors.executeRootHandler(this.next, this.exchange);
		}
	}

	@Override
	public void evict() {
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

	@Override
	public boolean isOver() {
		return this.handled && !this.request.isBlocking();
	}

	/**
	 * What the body took before the turn cost nobody a worker, and what the client lets
	 * the application wait for while it computes costs nobody time. What it has made good
	 * for since it cannot have once more.
	 */
	@Override
	public long behind(long now) {
		long read = this.request.read().behind(now);
		long write = this.request.write().behind(now);
		this.readBefore = Math.min(this.readBefore, read);
		this.writeBefore = Math.min(this.writeBefore, write);
		return this.request.isBlocking() ? Math.max(read - this.readBefore, write - this.writeBefore) : 0;
	}

}
