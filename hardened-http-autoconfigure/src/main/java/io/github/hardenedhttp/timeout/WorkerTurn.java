package io.github.hardenedhttp.timeout;

import io.github.hardenedhttp.undertow.Client;

/**
 * The turn of one request of a slow client. It begins when the request may take a worker,
 * and is over when no worker is with it any more. All of it may be called on any thread.
 */
interface WorkerTurn {

	Client client();

	/**
	 * What the request holds in memory while it waits, at most.
	 * @return bytes
	 */
	long weight();

	/**
	 * The request goes on where it stood, on another thread. Called once, if at all.
	 */
	void begin();

	/**
	 * The request gives way, whether it waits or runs.
	 */
	void evict();

	/**
	 * Whether no worker is with the request any more, although it is not complete.
	 * @return whether the turn is over
	 */
	boolean isOver();

	/**
	 * How far the client has fallen behind since the turn began.
	 * @param now the time
	 * @return nanoseconds, 0 while nobody waits for the client
	 */
	long behind(long now);

}
