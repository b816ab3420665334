package io.github.hardenedhttp.undertow;

import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Reads along what client and server say on one connection, as it is without TLS, and
 * decides what the server gets to read. It takes bytes as they come, in pieces of any
 * size, and says how far they may go on: what is not cleared is kept until more has come.
 * <p>
 * Both directions may be called at the same time, each by one thread.
 */
public interface PlaintextJudge {

	/**
	 * The client has sent more.
	 * @param bytes holds what was sent; neither its content nor its position changes
	 * @param from the index of the first byte
	 * @param to the index after the last one
	 */
	void received(ByteBuffer bytes, int from, int to);

	/**
	 * How far the server may read.
	 * @return the number of bytes, of all that were received
	 */
	long cleared();

	/**
	 * Why it may read no further for ever.
	 * @return the refusal, or {@code null} as long as there is none
	 */
	@Nullable PlaintextRefusal refusal();

	/**
	 * From where on what was cleared must be {@linkplain #rewrite rewritten} before the
	 * server may have it.
	 * @return the number of the byte, of all that were received; or
	 * {@link Long#MAX_VALUE} if everything can go on as it is
	 */
	long rewriteFrom();

	/**
	 * Rewrites what was cleared, in place; it never becomes longer.
	 * @param bytes an array-backed buffer
	 * @param from the index of the byte {@link #rewriteFrom} has named
	 * @param to the index after the last byte that was cleared
	 * @return the index after the last byte of what was rewritten
	 */
	int rewrite(ByteBuffer bytes, int from, int to);

	/**
	 * The server has sent something.
	 * @param bytes holds what was sent; neither its content nor its position changes
	 * @param from the index of the first byte
	 * @param to the index after the last one
	 */
	void sent(ByteBuffer bytes, int from, int to);

	/**
	 * What the client is to be sent in place of what the server is about to send.
	 * @param bytes what the server is about to send, from position to limit
	 * @return other bytes, or {@code null} for no change
	 */
	@Nullable ByteBuffer instead(ByteBuffer bytes);

}
