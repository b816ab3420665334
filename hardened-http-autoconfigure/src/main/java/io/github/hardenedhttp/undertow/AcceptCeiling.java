package io.github.hardenedhttp.undertow;

/**
 * How many connections XNIO may hold on all listeners together before it leaves newcomers
 * in the backlog of the operating system until one has gone. XNIO accepts up to 128
 * connections at a time, before anybody can refuse one, and a socket that is closed holds
 * its descriptor until its thread selects again: so this stands a little above the limit
 * that is meant, and keeps what is on its way in and out from taking the last
 * descriptors.
 */
@FunctionalInterface
public interface AcceptCeiling {

	/**
	 * Asked when a listener starts, and a few times a second.
	 * @return the number of connections, at least 2; {@link Integer#MAX_VALUE} for no
	 * limit
	 */
	int connections();

}
