package io.github.hardenedhttp.certificate.acme;

import org.jspecify.annotations.Nullable;

/**
 * A {@link CertificateStore} could not be read, written or locked. Neither the message
 * nor the cause has any part of a key in it.
 *
 * @since 0.1.0
 */
public class CertificateStoreException extends RuntimeException {

	private final String entry;

	private final String problem;

	private final String action;

	/**
	 * Creates an exception.
	 * @param entry the file, or what names the entry in another store
	 * @param problem what is wrong with it, to be read after the entry, without full stop
	 * @param action what a person should do, a whole sentence
	 * @param cause the cause, if any; without any part of a key
	 */
	public CertificateStoreException(String entry, String problem, String action, @Nullable Throwable cause) {
		super("%s %s. %s".formatted(entry, problem, action), cause);
		this.entry = entry;
		this.problem = problem;
		this.action = action;
	}

	/**
	 * The entry that is concerned.
	 * @return the file, or what names the entry in another store
	 */
	public String entry() {
		return this.entry;
	}

	/**
	 * What is wrong with it.
	 * @return the problem, to be read after the entry
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * The way out.
	 * @return what a person should do, a whole sentence
	 */
	public String action() {
		return this.action;
	}

}
