package io.github.hardenedhttp.timeout;

import java.time.Duration;

/**
 * The deadlines of the request that is being handled, to be changed while it runs: what
 * Go's {@code http.ResponseController} does for Go. A controller method gets it as an
 * argument.
 * <p>
 * Every method may be called from any thread, until the response is complete; after that
 * it has no effect. All durations must be positive.
 */
public interface RequestDeadlines {

	/**
	 * Starts the patience for the request body anew.
	 * @param limit how long the client may keep the server waiting from now on
	 */
	void setRead(Duration limit);

	/**
	 * Gives more patience for the request body, in addition to what is left.
	 * @param more how much more
	 */
	void extendRead(Duration more);

	/**
	 * Waits for the request body for as long as it takes.
	 */
	void liftRead();

	/**
	 * Starts the patience for sending the response anew.
	 * @param limit how long the client may keep the server waiting from now on
	 */
	void setWrite(Duration limit);

	/**
	 * Gives more patience for sending the response, in addition to what is left.
	 * @param more how much more
	 */
	void extendWrite(Duration more);

	/**
	 * Waits for a client that does not take the response for as long as it takes.
	 */
	void liftWrite();

	/**
	 * Sets how long the request may still take, whatever the reason.
	 * @param limit the time from now
	 */
	void setTotal(Duration limit);

	/**
	 * Leaves aside how long the request takes in all.
	 */
	void liftTotal();

}
