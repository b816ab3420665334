package io.github.hardenedhttp.timeout;

import java.io.IOException;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * The body of a WebFlux request the application has not asked for yet. Spring wants to be
 * told of bytes from the beginning, and does not read them: the I/O thread would run in a
 * circle until the application asks, and over TLS Undertow ends such a connection
 * ("UT005076: SSL read loop detected").
 */
final class UnreadBody {

	private static final String LOOPS = "io.undertow.ssl.max-read-listener-invocations";

	private static final String ENOUGH_LOOPS = "1000000";

	private final HttpServerExchange exchange;

	private final @Nullable StreamSourceChannel channel;

	// Guarded by "this". The application may ask from any thread.
	private boolean wanted;

	private boolean over;

	/**
	 * To be created before the application is called. On the I/O thread Undertow would
	 * end a request nobody waits for when its handlers return
	 * ({@code Connectors#executeRootHandler}): there it is left alone right after that.
	 * Spring calls the application on a worker thread.
	 */
	UnreadBody(HttpServerExchange exchange) {
		this.exchange = exchange;
		// The same channel Spring has: a reset one is handed out again.
		Connectors.resetRequestChannel(exchange);
		this.channel = exchange.getRequestChannel();
		if (exchange.isInIoThread()) {
			exchange.getIoThread().execute(this::leaveAlone);
		}
		else {
			leaveAlone();
		}
	}

	/**
	 * Between Spring's asking and this body's being left alone Undertow goes round some
	 * hundred times, and ends the connection after the hundredth. The number is a
	 * property of the JVM that is read once, with the first TLS connection; if somebody
	 * has set it, it stays.
	 */
	static void allowForTheTimeBefore() {
		if (System.getProperty(LOOPS) == null) {
			System.setProperty(LOOPS, ENOUGH_LOOPS);
		}
	}

	private synchronized void leaveAlone() {
		if (!this.wanted && !this.over && this.channel != null) {
			this.channel.suspendReads();
		}
	}

	/**
	 * From now on it is Spring's matter. Undertow reads what nobody has asked for when
	 * the request ends.
	 */
	synchronized void wanted() {
		this.wanted = true;
	}

	/**
	 * The application asks for some of it. A client that waits for "100 Continue" sends
	 * nothing before (RFC 9110, section 10.1.1), and only the servlet container has
	 * Undertow say so ({@code HttpContinueReadHandler}). On the thread that asks, as it
	 * may be the one that answers next; nothing that is called here waits. Whoever leaves
	 * no room for 25 octets is no client that wants to go on.
	 */
	synchronized void asked() {
		if (this.over || !HttpContinue.requiresContinueResponse(this.exchange) || isTooLong()) {
			return;
		}
		try {
			if (Http2Continue.isFor(this.exchange)) {
				Http2Continue.send(this.exchange);
			}
			else if (!HttpContinue.createResponseSender(this.exchange).send()) {
				IoUtils.safeClose(this.exchange.getConnection());
			}
		}
		catch (IOException ex) {
			IoUtils.safeClose(this.exchange.getConnection());
		}
	}

	/**
	 * Undertow would answer 417, and the application once more when it cannot read.
	 */
	private boolean isTooLong() {
		long max = this.exchange.getMaxEntitySize();
		return max > 0 && this.exchange.getRequestContentLength() > max;
	}

	/**
	 * The request is about to end: from now on Undertow reads what is left.
	 */
	synchronized void over() {
		this.over = true;
	}

	/**
	 * Spring does not read any more, and does not say so to Undertow. What is left is
	 * read when the request ends.
	 */
	synchronized void unwanted() {
		this.wanted = false;
		leaveAlone();
	}

}
