package io.github.hardenedhttp.timeout;

import java.util.concurrent.atomic.LongAdder;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection whose streams wait for each other, because it takes no more,
 * whichever of them the bytes are for, or because others have used up its window. What
 * its client takes meanwhile is credited to the streams that wait, to each the same
 * share: a stream that waits for the connection is not at fault, and a thousand streams
 * must not live on what one of them earns.
 * <p>
 * A client that does not take enough for any of them is at fault as a whole: to reset
 * streams would be to write what it does not read. So is one whose connection was
 * upgraded: what is written there is of no request any more. Used by the watch only.
 */
final class SharedConnection {

	private final GuardedConnection connection;

	private final Patience patience;

	private final Delivery delivery;

	// Known with the first stream that waits.
	private @Nullable LongAdder content;

	private long contentBefore;

	private long news;

	private int waiting;

	private boolean pastBanked;

	SharedConnection(GuardedConnection connection, RequestTimeouts timeouts) {
		this.connection = connection;
		this.patience = new Patience(timeouts.write(), timeouts.minWriteRate());
		this.delivery = Delivery.underWay(connection);
	}

	/**
	 * A new look begins.
	 * @param now the time
	 * @param sendQueues what the kernel has not sent yet
	 */
	void look(long now, SendQueues sendQueues) {
		long delivered = this.delivery.news(sendQueues);
		long content = (this.content != null) ? this.content.sum() : 0;
		// Of what leaves a connection that is not full, much can be anything but content.
		this.news = this.connection.isFull() ? delivered : content - this.contentBefore;
		this.contentBefore = content;
		this.waiting = 0;
		if (this.connection.isFull()) {
			this.patience.waitingBegins(this.connection.fullSince());
		}
		else if (this.delivery.isIncomplete()) {
			// A small frame may still fit, such as the reset of a stream: that says
			// nothing about the client.
			this.patience.waitingBegins(now);
		}
		else {
			this.patience.waitingEnds(now);
		}
		if (this.delivery.isCertain()) {
			if (!this.pastBanked) {
				this.pastBanked = true;
				this.patience.bank(this.delivery.sinceOpened());
			}
			this.patience.progress(delivered, now);
		}
		else {
			this.patience.payBack(delivered, now);
		}
	}

	/**
	 * One more of its streams waits.
	 * @param content what flow control has let pass, of all streams together
	 */
	void streamWaits(LongAdder content) {
		if (this.content == null) {
			this.content = content;
			this.contentBefore = content.sum();
		}
		this.waiting++;
	}

	/**
	 * What each stream that waits has earned since the last look.
	 * @return bytes
	 */
	long share() {
		return this.news / Math.max(1, this.waiting);
	}

	/**
	 * Whether the client has taken too little, all streams together.
	 * @param now the time
	 * @return whether the connection is at fault
	 */
	boolean isOver(long now) {
		return this.patience.isOver(now);
	}

	/**
	 * Ends the connection if it is at fault. While requests run, their own deadlines
	 * decide: they may have been given more time than others.
	 * @param now the time
	 */
	void endIfOver(long now) {
		if (this.connection.state() != ConnectionState.ACTIVE && isOver(now)) {
			this.connection.end(CloseReason.WRITE_TIMEOUT);
		}
	}

	/**
	 * Whether nothing waits for it any more, as far as the last look could tell.
	 * @param now the time
	 * @return whether it needs no looking at
	 */
	boolean isPast(long now) {
		return this.connection.state() == ConnectionState.CLOSED || (this.waiting == 0 && !this.connection.isFull()
				&& !this.delivery.isIncomplete() && this.patience.behind(now) == 0);
	}

}
