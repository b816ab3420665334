package io.github.hardenedhttp.undertow;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a connection that was accepted may stay. It may make room first, by
 * ending others.
 */
@FunctionalInterface
public interface Admission {

	/**
	 * Asked on the I/O thread of the newcomer, before anything is read from it. All
	 * observers have been told of it. Must not block.
	 * @param newcomer the connection
	 * @return why it has to go, or {@code null} if it may stay
	 */
	@Nullable CloseReason refuse(GuardedConnection newcomer);

}
