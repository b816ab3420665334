package io.github.hardenedhttp.undertow;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The guards of all servers of an application, for those who want to see everything.
 * Thread-safe.
 */
public final class Guards {

	private final List<Guard> guards = new CopyOnWriteArrayList<>();

	Guard add(Guard guard) {
		this.guards.add(guard);
		return guard;
	}

	/**
	 * The connections of all servers.
	 * @return the open connections, a copy
	 */
	public List<GuardedConnection> connections() {
		return this.guards.stream().flatMap((guard) -> guard.connections().stream()).toList();
	}

}
