package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.PlaintextJudge;
import io.github.hardenedhttp.undertow.PlaintextRefusal;
import org.jspecify.annotations.Nullable;

/**
 * Judges the frames of one HTTP/2 connection, those of the client and those of the
 * server. A connection that is refused ends with GOAWAY.
 */
final class Http2Judge implements PlaintextJudge {

	private static final int GOAWAY_PAYLOAD = 8;

	private final GuardedConnection connection;

	private final LongSupplier nanoTime;

	private final OpenStreams streams;

	private final SentFrames sentFrames;

	// Null if nothing is refused any more: a flood was seen, and is only observed.
	private @Nullable ReceivedFrames receivedFrames;

	private long received;

	private @Nullable PlaintextRefusal refusal;

	/**
	 * Create where HTTP/2 begins.
	 * @param connection the connection
	 * @param streams what is open
	 * @param receivedFrames reads what the client sends
	 * @param sentFrames reads what the server sends
	 * @param nanoTime a monotonic clock, in nanoseconds
	 */
	Http2Judge(GuardedConnection connection, OpenStreams streams, ReceivedFrames receivedFrames, SentFrames sentFrames,
			LongSupplier nanoTime) {
		this.connection = connection;
		this.streams = streams;
		this.receivedFrames = receivedFrames;
		this.sentFrames = sentFrames;
		this.nanoTime = nanoTime;
	}

	@Override
	public synchronized void received(ByteBuffer bytes, int from, int to) {
		if (this.refusal != null) {
			return;
		}
		this.received += to - from;
		ReceivedFrames frames = this.receivedFrames;
		if (frames != null) {
			frames.read(bytes, from, to, this.nanoTime.getAsLong());
			if (frames.error() != 0) {
				refuse(frames.error());
			}
		}
	}

	private void refuse(int error) {
		boolean flood = error == Http2Error.ENHANCE_YOUR_CALM;
		if (this.connection.endsForWhatWasSent(flood ? CloseReason.H2_FLOOD : CloseReason.BAD_REQUEST)) {
			boolean possible = this.sentFrames.isBetweenFrames();
			this.refusal = PlaintextRefusal.end(possible ? goAway(error) : null);
		}
		else {
			this.receivedFrames = null;
		}
	}

	private byte[] goAway(int error) {
		return ByteBuffer.allocate(FrameHeader.LENGTH + GOAWAY_PAYLOAD)
			.putShort((short) 0)
			.put((byte) GOAWAY_PAYLOAD)
			.put((byte) FrameHeader.GOAWAY)
			.put((byte) 0)
			.putInt(0)
			.putInt(this.streams.last())
			.putInt(error)
			.array();
	}

	@Override
	public synchronized long cleared() {
		return (this.receivedFrames != null) ? this.receivedFrames.cleared() : this.received;
	}

	@Override
	public synchronized @Nullable PlaintextRefusal refusal() {
		return this.refusal;
	}

	@Override
	public synchronized long rewriteFrom() {
		return (this.receivedFrames != null) ? this.receivedFrames.rewriteFrom() : Long.MAX_VALUE;
	}

	@Override
	public synchronized int rewrite(ByteBuffer bytes, int from, int to) {
		return (this.receivedFrames != null) ? this.receivedFrames.rewrite(bytes, from, to) : to;
	}

	@Override
	public synchronized void sent(ByteBuffer bytes, int from, int to) {
		this.sentFrames.read(bytes, from, to, this.nanoTime.getAsLong());
	}

	@Override
	public @Nullable ByteBuffer instead(ByteBuffer bytes) {
		return null;
	}

}
