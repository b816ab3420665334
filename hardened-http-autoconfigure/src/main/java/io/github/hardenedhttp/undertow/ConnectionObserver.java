package io.github.hardenedhttp.undertow;

/**
 * Is told of every connection, whatever becomes of it. To count is what it is for; who
 * wants to decide is an {@link Admission} or a {@link GuardWatch}.
 */
@FunctionalInterface
public interface ConnectionObserver {

	/**
	 * A connection was accepted: nothing was read from it, and it may still be refused.
	 * Called on an I/O thread; must not block.
	 * @param connection the connection
	 * @return who is told what becomes of it
	 */
	ConnectionLife opened(GuardedConnection connection);

}
