package io.github.hardenedhttp.timeout;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.WriteReadyHandler.ChannelListenerHandler;

/**
 * Tells a WebFlux application once that it may write, and again when it has asked again.
 * Spring goes on listening while it has nothing to write
 * ({@code AbstractListenerWriteProcessor}, state {@code REQUESTED}). With HTTP/1.1 the
 * I/O thread would run in a circle then, as long as the client that sends what is to be
 * answered, for example, takes its time. With HTTP/2 Undertow resets the stream after the
 * hundredth time in vain ("UT005032: Listener not making progress on framed channel"),
 * even in the moment between the last byte and its end.
 */
final class QuietSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

	private final HttpServerExchange exchange;

	// Guarded by "this": Spring asks from any thread.
	private long asked;

	QuietSinkConduit(StreamSinkConduit next, HttpServerExchange exchange) {
		super(next);
		this.exchange = exchange;
		ConduitStreamSinkChannel channel = Connectors.getConduitSinkChannel(exchange);
		next.setWriteReadyHandler(new Listener(channel));
		exchange.addExchangeCompleteListener((ended, nextListener) -> {
			// The connection of HTTP/1.1 would keep this one.
			next.setWriteReadyHandler(new ChannelListenerHandler<>(channel));
			nextListener.proceed();
		});
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
		// What comes after it is not this one's: it begins on the I/O thread, which is
		// here.
		if (this.asked == asked && !this.exchange.isComplete()) {
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
