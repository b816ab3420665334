package io.github.hardenedhttp.undertow;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a connection whose client has sent what is not taken. Nothing more is
 * read from it.
 *
 * @param instead what the server is given to read in place of what was refused, so that
 * it answers in its own good order; or {@code null} to end the connection at once
 * @param farewell what the client is sent before the connection ends at once, or
 * {@code null} if that cannot be said any more
 */
public record PlaintextRefusal(byte @Nullable [] instead, byte @Nullable [] farewell) {

	/**
	 * Lets the server read something else.
	 * @param request what it reads
	 * @return the refusal
	 */
	public static PlaintextRefusal replacedBy(byte[] request) {
		return new PlaintextRefusal(request, null);
	}

	/**
	 * Ends the connection.
	 * @param farewell what the client is sent before, if anything
	 * @return the refusal
	 */
	public static PlaintextRefusal end(byte @Nullable [] farewell) {
		return new PlaintextRefusal(null, farewell);
	}

}
