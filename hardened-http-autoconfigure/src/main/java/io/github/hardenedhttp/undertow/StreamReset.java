package io.github.hardenedhttp.undertow;

import java.io.IOException;

import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The end of one request of an HTTP/2 connection; the connection lives on.
 */
public final class StreamReset {

	private StreamReset() {
	}

	/**
	 * Sends RST_STREAM and releases who reads or writes. RST_STREAM alone does not
	 * release a thread that waits for the flow-control window
	 * ({@code Http2StreamSinkChannel#rstStream}): the sink must be truncated, too. Nor
	 * are those called who listen.
	 * @param exchange the request
	 * @param source what the body is read from, if anybody does
	 * @param sink what the response is written to, if it has begun
	 */
	public static void reset(HttpServerExchange exchange, @Nullable StreamSourceConduit source,
			@Nullable StreamSinkConduit sink) {
		IoUtils.safeClose(exchange.getConnection());
		if (source != null && source.isReadResumed()) {
			source.wakeupReads();
		}
		if (sink != null && sink.isWriteResumed()) {
			sink.wakeupWrites();
		}
		if (sink != null) {
			try {
				sink.truncateWrites();
			}
			catch (IOException | RuntimeException ex) {
				// Gone already.
			}
		}
	}

}
