package io.github.hardenedhttp.undertow;

import javax.net.ssl.SSLException;

/**
 * The client has sent what is not taken, and nothing more is read. It is an
 * {@code SSLException} because only after one of those does {@code SslConduit} send what
 * the engine still has to say before it closes. Without a stack trace: it is the client's
 * doing, and may come often.
 */
public final class RefusedException extends SSLException {

	RefusedException() {
		super("The client has sent what is not taken");
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
