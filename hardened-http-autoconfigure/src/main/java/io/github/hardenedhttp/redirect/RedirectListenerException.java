package io.github.hardenedhttp.redirect;

/**
 * Thrown at start when the redirect's port cannot be listened on, and not because
 * somebody else does.
 */
@SuppressWarnings("serial")
public class RedirectListenerException extends RuntimeException {

	private final int port;

	RedirectListenerException(int port, Throwable cause) {
		super("Unable to redirect http on port " + port, cause);
		this.port = port;
	}

	int getPort() {
		return this.port;
	}

}
