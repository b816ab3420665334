package io.github.hardenedhttp.timeout;

import java.io.IOException;

import io.github.hardenedhttp.undertow.CloseReason;

/**
 * What an application that reads a request or writes a response gets when the client has
 * kept it waiting too long, and the request was cut. The connection, or with HTTP/2 the
 * stream, is gone by then: there is nothing to answer to, and nothing to log.
 */
@SuppressWarnings("serial")
public final class RequestDeadlineExceededException extends IOException {

	private final CloseReason reason;

	/**
	 * The last words are for those who look at messages to tell a client that has gone
	 * from an error (Spring's {@code DisconnectedClientHelper}), and log only the latter.
	 */
	RequestDeadlineExceededException(CloseReason reason) {
		super("The request was cut (" + reason.tag() + "): broken pipe");
		this.reason = reason;
	}

	/**
	 * Which deadline it was.
	 * @return the reason, as it is counted
	 */
	public CloseReason reason() {
		return this.reason;
	}

}
