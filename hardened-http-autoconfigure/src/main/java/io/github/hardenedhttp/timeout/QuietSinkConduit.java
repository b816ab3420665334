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
 * <p>
 * And it is told for certain. Spring takes its listener away, sets the next one and asks,
 * all on threads of the application, while the I/O thread finds no listener and suspends
 * writes a moment later. Whoever has asked by then would wait for ever: over HTTP/2 for
 * the end of a response, or between two events of a stream.
 */
final class QuietSinkConduit extends AbstractStreamSinkConduit<StreamSinkConduit> {

	private final HttpServerExchange exchange;

	// Guarded by "this": Spring asks from any thread.
	private long asked;

	// Of these, not by the I/O thread.
	private long askedElsewhere;

	// Of the I/O thread.

	private boolean calling;

	private long askedElsewhereBefore;

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
		asks();
		super.resumeWrites();
	}

	@Override
	public synchronized void wakeupWrites() {
		asks();
		super.wakeupWrites();
	}

	private void asks() {
		this.asked++;
		if (!this.exchange.isInIoThread()) {
			this.askedElsewhere++;
		}
	}

	/**
	 * What the I/O thread suspends during a call it has decided on what it saw when the
	 * call began: not if another thread has asked since.
	 */
	@Override
	public synchronized void suspendWrites() {
		if (this.exchange.isInIoThread() && this.calling && this.askedElsewhere != this.askedElsewhereBefore) {
			return;
		}
		super.suspendWrites();
	}

	private synchronized long callBegins() {
		this.calling = true;
		this.askedElsewhereBefore = this.askedElsewhere;
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
			long asked = callBegins();
			try {
				super.writeReady();
			}
			finally {
				QuietSinkConduit.this.calling = false;
			}
			suspendUnlessAskedSince(asked);
		}

	}

}
