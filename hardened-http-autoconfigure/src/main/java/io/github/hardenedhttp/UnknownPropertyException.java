package io.github.hardenedhttp;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;

/**
 * Thrown at start when a {@code hardened.*} property is set that does not exist: a
 * protection somebody believes to be on, and that is not.
 */
@SuppressWarnings("serial")
public class UnknownPropertyException extends RuntimeException {

	private final String name;

	private final transient @Nullable Origin origin;

	private final @Nullable String suggestion;

	UnknownPropertyException(String name, @Nullable Origin origin, @Nullable String suggestion) {
		super("There is no property '%s'".formatted(name));
		this.name = name;
		this.origin = origin;
		this.suggestion = suggestion;
	}

	String getName() {
		return this.name;
	}

	@Nullable Origin getOrigin() {
		return this.origin;
	}

	@Nullable String getSuggestion() {
		return this.suggestion;
	}

}
