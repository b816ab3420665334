package io.github.hardenedhttp.connection;

import java.time.Duration;

import io.github.hardenedhttp.undertow.ConnectionState;

/**
 * What becomes of a connection when the server is about to end.
 * <p>
 * HTTP/1.1 has one race nobody can win: a server that closes an idle connection may do so
 * while the next request is on its way, and the client cannot tell whether it was read.
 * So a connection that was used a moment ago is not closed but waited for: its next
 * request is answered with {@code Connection: close}, and then it is the client who knows
 * that there is no next one. A connection that has been silent for longer is closed at
 * once: the server could have done so at any time.
 * <p>
 * HTTP/2 has no such race once the client has been told with a GOAWAY that announces the
 * end and still lets every stream through. A connection without streams is told at once;
 * one with streams is given time to end them first, for some clients (older versions of
 * Java's own) give up running requests when they are told. Then it is closed when its
 * client has been silent for a while: what a client sends of its own accord
 * (WINDOW_UPDATE above all) would meet a closed socket, and the reset that follows can
 * take the end of the last response with it.
 */
final class DrainPlan {

	/**
	 * How long ago a connection must have been used to be expected to be used again.
	 */
	static final Duration RECENT = Duration.ofMillis(500);

	/**
	 * When the connections with running streams are told: early enough for it to have
	 * arrived when patience ends.
	 */
	static final Duration ANNOUNCEMENT = Duration.ofMillis(750);

	/**
	 * After how long without a new stream a client that was told is taken to have heard
	 * it.
	 */
	static final Duration UNDERSTOOD = Duration.ofMillis(250);

	/**
	 * How long the next request is waited for.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	/**
	 * How long a request that has begun to arrive is waited for.
	 */
	static final Duration LIMIT = Duration.ofMillis(1500);

	private final long startedAt;

	/**
	 * Create a plan.
	 * @param startedAt when draining began, in nanoseconds
	 */
	DrainPlan(long startedAt) {
		this.startedAt = startedAt;
	}

	/**
	 * Decides.
	 * @param state the state of the connection
	 * @param since since when it has been in it, in nanoseconds; with HTTP/2 and no
	 * stream: since when the client has been silent; with HTTP/2 and streams: since when
	 * it has known that no other must follow and opened none
	 * @param multiplexed whether it speaks HTTP/2
	 * @param now the time, in nanoseconds
	 * @return what to do
	 */
	Step step(ConnectionState state, long since, boolean multiplexed, long now) {
		long elapsed = now - this.startedAt;
		return switch (state) {
			case IDLE -> multiplexed ? idleHttp2(since, now, elapsed) : idleHttp1(since, elapsed);
			case HANDSHAKE, REQUEST_HEADER -> {
				boolean slow = elapsed >= PATIENCE.toNanos() && now - since >= RECENT.toNanos();
				yield (slow || elapsed >= LIMIT.toNanos()) ? Step.END : Step.AWAIT;
			}
			case ACTIVE -> multiplexed ? activeHttp2(since, now, elapsed) : Step.LEAVE;
			case UPGRADED, CLOSED -> Step.LEAVE;
		};
	}

	private Step idleHttp1(long since, long elapsed) {
		return (elapsed >= PATIENCE.toNanos() || wasSilent(since)) ? Step.END : Step.AWAIT;
	}

	private Step idleHttp2(long since, long now, long elapsed) {
		if (now - since >= RECENT.toNanos() && (elapsed >= PATIENCE.toNanos() || wasSilent(since))) {
			return Step.END;
		}
		return (elapsed >= LIMIT.toNanos()) ? Step.LEAVE : Step.ANNOUNCE;
	}

	private static Step activeHttp2(long since, long now, long elapsed) {
		if (elapsed >= ANNOUNCEMENT.toNanos()) {
			boolean heard = elapsed >= PATIENCE.toNanos() && now - since >= UNDERSTOOD.toNanos();
			return heard ? Step.LEAVE : Step.ANNOUNCE;
		}
		return Step.AWAIT;
	}

	private boolean wasSilent(long since) {
		return this.startedAt - since >= RECENT.toNanos();
	}

	/**
	 * What to do.
	 */
	enum Step {

		/**
		 * Nothing: it ends when its requests have ended, or with the server.
		 */
		LEAVE,

		/**
		 * A request may still come.
		 */
		AWAIT,

		/**
		 * Tell the client that no request must follow; some may still come.
		 */
		ANNOUNCE,

		/**
		 * Close it.
		 */
		END

	}

}
