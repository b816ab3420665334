package io.github.hardenedhttp.undertow;

import java.time.Duration;
import java.util.Collection;

/**
 * A policy over time: looks at the open connections again and again, as long as a server
 * runs. One thread looks for all policies and all connections, so that a deadline costs
 * neither a timer nor a line of code on the way of a request.
 */
public interface GuardWatch {

	/**
	 * How late the policy may notice.
	 * @return the longest pause between two looks
	 */
	Duration interval();

	/**
	 * Looks at all connections. Must not block.
	 * @param open the open connections; one may be closed meanwhile
	 * @param now the time of the guard's monotonic clock, in nanoseconds
	 */
	void look(Collection<GuardedConnection> open, long now);

}
