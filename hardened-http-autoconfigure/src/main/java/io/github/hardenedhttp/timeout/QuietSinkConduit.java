package io.github.hardenedhttp.timeout;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.WriteReadyHandler.ChannelListenerHandler;

/**
 * Tells a WebFlux application once that it may write to an HTTP/2 stream, and again when
 * it has asked again. Spring goes on listening while it has nothing to write
 * ({@code AbstractListenerWriteProcessor}, state {@code REQUESTED}), and Undertow resets
 * the stream after the hundredth time in vain ("UT005032: Listener not making progress on
 * framed channel"), even in the moment between the last byte and its end.
 * <p>
 * Not for HTTP/1.1: nothing is reset there, and its connection keeps the handler.
 */
final class QuietSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

	// Guarded by "this": Spring asks from any thread.
	private long asked;

	QuietSinkConduit(StreamSinkConduit next, HttpServerExchange exchange) {
		super(next);
		next.setWriteReadyHandler(new Listener(Connectors.getConduitSinkChannel(exchange)));
	}

	@Override
	public synchronized void resumeWrites() {
		this.asked++;
		super.resumeWrites();
	}

	@Override
	public synchronized void wakeupWrites() {
		this.asked++;
		super.wakeupWrites();
	}

	private synchronized long asked() {
		return this.asked;
	}

	private synchronized void suspendUnlessAskedSince(long asked) {
		if (this.asked == asked) {
			super.suspendWrites();
		}
	}

	private final class Listener extends ChannelListenerHandler<ConduitStreamSinkChannel> {

		Listener(ConduitStreamSinkChannel channel) {
			super(channel);
		}

		@Override
		public void writeReady() {
			long asked = asked();
			super.writeReady();
			suspendUnlessAskedSince(asked);
		}

	}

}
