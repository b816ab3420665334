package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the start has waited for a certificate in vain.
 */
@SuppressWarnings("serial")
class MissingCertificateException extends RuntimeException {

	private final String name;

	private final List<String> domains;

	private final Duration limit;

	private final @Nullable String problem;

	MissingCertificateException(String name, List<String> domains, Duration limit, @Nullable String problem) {
		super("The certificate '%s' was not got within %s".formatted(name, limit));
		this.name = name;
		this.domains = domains;
		this.limit = limit;
		this.problem = problem;
	}

	String name() {
		return this.name;
	}

	List<String> domains() {
		return this.domains;
	}

	Duration limit() {
		return this.limit;
	}

	/**
	 * What the last try ended with.
	 * @return sentences, or {@code null} if it has not ended
	 */
	@Nullable String problem() {
		return this.problem;
	}

}
