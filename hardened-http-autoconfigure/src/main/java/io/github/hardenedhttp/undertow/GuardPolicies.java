package io.github.hardenedhttp.undertow;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * All that a guard holds its connections to.
 *
 * @param mode whether what is decided is done
 * @param watches the policies over time
 * @param observers who is told of each connection
 * @param admissions who decides whether it may stay; the first that refuses wins
 * @param ceiling how many XNIO may accept, or {@code null} for no such limit
 * @param judges who reads along what is said, or {@code null} for nobody
 * @param socketCustomizers what is set on each listening socket
 */
public record GuardPolicies(GuardMode mode, List<GuardWatch> watches, List<ConnectionObserver> observers,
		List<Admission> admissions, @Nullable AcceptCeiling ceiling, @Nullable PlaintextJudges judges,
		List<ListeningSocketCustomizer> socketCustomizers) {

	/**
	 * No policies at all: connections are only known.
	 */
	public static final GuardPolicies NONE = new GuardPolicies(GuardMode.ENFORCE, List.of(), List.of(), List.of(), null,
			null, List.of());

}
