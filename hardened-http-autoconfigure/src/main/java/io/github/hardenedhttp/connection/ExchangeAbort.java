package io.github.hardenedhttp.connection;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.StreamReset;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Protocols;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Ends a request the application has given up. Called by the thread that has the request:
 * when it is back, nothing more can be sent, so whoever completes the exchange in good
 * order, as all layers above do, no longer completes the response.
 */
final class ExchangeAbort {

	private static final Log logger = LogFactory.getLog(ExchangeAbort.class);

	private static final AttachmentKey<StreamSinkConduit> SINK = AttachmentKey.create(StreamSinkConduit.class);

	private static final AttachmentKey<Boolean> ABORTED = AttachmentKey.create(Boolean.class);

	private static final long LIMIT_MILLIS = 5000;

	// Deeper than anybody wraps; there can be a ring.
	private static final int MAX_DEPTH = 32;

	private final Guard guard;

	ExchangeAbort(Guard guard) {
		this.guard = guard;
	}

	/**
	 * Makes ready for an abort: with HTTP/2 the conduit of the response is needed.
	 * @param exchange a request that begins
	 */
	static void prepare(HttpServerExchange exchange) {
		if (isHttp2(exchange)) {
			exchange.addResponseWrapper((factory, sameExchange) -> {
				StreamSinkConduit sink = factory.create();
				sameExchange.putAttachment(SINK, sink);
				return sink;
			});
		}
	}

	/**
	 * Aborts the request if that is what the exception asks for.
	 * @param exchange the request
	 * @param thrown what was thrown while it was handled
	 * @return whether the request is aborted, now or before: then nothing is left to be
	 * done about the exception
	 */
	boolean abortIfAsked(HttpServerExchange exchange, @Nullable Throwable thrown) {
		if (exchange.getAttachment(ABORTED) != null) {
			return true;
		}
		if (!asks(thrown)) {
			return false;
		}
		exchange.putAttachment(ABORTED, true);
		logger.debug("The application aborted " + exchange);
		abort(exchange);
		return true;
	}

	private static boolean asks(@Nullable Throwable thrown) {
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
			if (cause instanceof AbortExchangeException) {
				return true;
			}
			cause = cause.getCause();
		}
		return false;
	}

	private void abort(HttpServerExchange exchange) {
		if (isHttp2(exchange)) {
			resetStream(exchange);
			return;
		}
		exchange.setPersistent(false);
		GuardedConnection connection = this.guard.find(exchange.getConnection());
		if (connection != null) {
			connection.endByApplication();
		}
		else {
			IoUtils.safeClose(exchange.getConnection());
		}
	}

	/**
	 * On the I/O thread, which may just be sending what the stream has written: it would
	 * close the whole connection if the buffers were taken from it. Whoever aborts waits
	 * for that, so as not to complete the response meanwhile.
	 */
	private static void resetStream(HttpServerExchange exchange) {
		if (exchange.isInIoThread()) {
			StreamReset.reset(exchange, null, exchange.getAttachment(SINK));
			return;
		}
		CountDownLatch done = new CountDownLatch(1);
		try {
			exchange.getIoThread().execute(() -> {
				try {
					StreamReset.reset(exchange, null, exchange.getAttachment(SINK));
				}
				finally {
					done.countDown();
				}
			});
			if (!done.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
				logger.debug("The I/O thread is busy: an aborted response may look complete");
			}
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and every request with it.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean isHttp2(HttpServerExchange exchange) {
		return Protocols.HTTP_2_0.equals(exchange.getProtocol());
	}

}
