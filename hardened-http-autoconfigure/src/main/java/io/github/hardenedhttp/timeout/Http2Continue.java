package io.github.hardenedhttp.timeout;

import java.io.IOException;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.server.protocol.http2.Http2ServerConnection;
import io.undertow.util.StatusCodes;

/**
 * "100 Continue" over HTTP/2 (RFC 9113, section 8.1). {@code HttpContinue} ends the
 * channel it sends it on, and Undertow takes that for the end of the response: it forgets
 * the stream ({@code Http2Channel#removeStreamSink}), so that a response longer than the
 * client's window stands still, and nobody hears of a reset. Here the channel stays as it
 * is. Nobody waits either: the frame is sent with the others of the connection.
 */
final class Http2Continue {

	private Http2Continue() {
	}

	/**
	 * Whether it is for this class.
	 * @param exchange the exchange
	 * @return whether the exchange is a stream of HTTP/2
	 */
	static boolean isFor(HttpServerExchange exchange) {
		return exchange.getConnection() instanceof Http2ServerConnection;
	}

	/**
	 * Sends it, on any thread.
	 * @param exchange one whose client waits for it
	 * @throws IOException if the connection has ended
	 */
	static void send(HttpServerExchange exchange) throws IOException {
		HttpServerExchange interim = exchange.getConnection().sendOutOfBandResponse(exchange);
		HttpContinue.markContinueResponseSent(exchange);
		interim.setStatusCode(StatusCodes.CONTINUE);
		interim.getResponseChannel().flush();
	}

}
