package io.github.hardenedhttp.redirect;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * A fixed set of hosts, as certificates name them: exact names, addresses, and {@code *.}
 * patterns that stand for exactly one label. Immutable.
 */
public final class HostNames implements AllowedHosts {

	private static final String WILDCARD = "*.";

	private final Set<String> names;

	private HostNames(Set<String> names) {
		this.names = names;
	}

	/**
	 * Makes a set from names as they stand in a certificate. What no {@code Host} header
	 * can match is left out: names that are not ASCII, a {@code *} anywhere but in the
	 * place of the first label.
	 * @param names names, {@code *.} patterns and IP addresses, in any case
	 * @return the set
	 */
	public static HostNames of(Collection<String> names) {
		Set<String> normalized = new TreeSet<>();
		for (String name : names) {
			String entry = normalize(name);
			if (entry != null) {
				normalized.add(entry);
			}
		}
		return new HostNames(normalized);
	}

	static boolean isValid(String name) {
		return normalize(name) != null;
	}

	private static @Nullable String normalize(String name) {
		boolean wildcard = name.startsWith(WILDCARD);
		HostName host = HostName.of(wildcard ? name.substring(WILDCARD.length()) : name);
		if (host == null || wildcard && host.isAddress()) {
			return null;
		}
		return wildcard ? WILDCARD + host.text() : host.text();
	}

	@Override
	public boolean contains(String host) {
		// No pattern ends like an address, so an address can only match as a whole.
		int dot = host.indexOf('.');
		return this.names.contains(host) || dot > 0 && this.names.contains(WILDCARD + host.substring(dot + 1));
	}

	@Override
	public String toString() {
		return this.names.toString();
	}

}
