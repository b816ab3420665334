package io.github.hardenedhttp.undertow;

/**
 * What becomes of one connection, told as it happens.
 * <p>
 * Calls come from I/O threads, workers and the watch, one after the other: the lock of
 * the connection is held, so they must be short, and must not ask for that of another
 * connection.
 */
public interface ConnectionLife {

	/**
	 * The connection goes from one state to another. The connection itself shows the new
	 * state and protocol already.
	 * @param from the state before
	 * @param to the state now, never {@link ConnectionState#CLOSED}
	 */
	default void changed(ConnectionState from, ConnectionState to) {
	}

	/**
	 * While requests run, the server waits for the client of each of them, or does so no
	 * longer. It is over with the next change of the state, too, which alone is told
	 * then.
	 * @param stalled whether nothing happens that is not up to the client
	 */
	default void stalled(boolean stalled) {
	}

	/**
	 * The socket is closed. Told exactly once, and nothing is told after it; the reason
	 * is in {@link GuardedConnection#closeReason()}.
	 * @param last the state it was closed in
	 */
	default void closed(ConnectionState last) {
	}

	/**
	 * A request was cut or refused for its client's fault. With HTTP/2 the connection may
	 * live on.
	 * @param reason why
	 */
	default void requestRejected(CloseReason reason) {
	}

	/**
	 * The connection, or a request on it, would have been ended, if this server did not
	 * only observe.
	 * @param reason why
	 */
	default void spared(CloseReason reason) {
	}

}
