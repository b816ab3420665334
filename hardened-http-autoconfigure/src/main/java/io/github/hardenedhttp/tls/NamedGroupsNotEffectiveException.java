package io.github.hardenedhttp.tls;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at start when the JVM uses other key-exchange groups than the policy asks for.
 * Only possible before Java 20, where they are a property of the whole process.
 */
@SuppressWarnings("serial")
public class NamedGroupsNotEffectiveException extends RuntimeException {

	private final String expected;

	private final @Nullable String property;

	NamedGroupsNotEffectiveException(String expected, @Nullable String property) {
		super("The JVM does not use the key-exchange groups " + expected);
		this.expected = expected;
		this.property = property;
	}

	String getExpected() {
		return this.expected;
	}

	/**
	 * The value of {@code jdk.tls.namedGroups} at this moment.
	 * @return the value, or {@code null} if it is not set
	 */
	@Nullable String getProperty() {
		return this.property;
	}

}
