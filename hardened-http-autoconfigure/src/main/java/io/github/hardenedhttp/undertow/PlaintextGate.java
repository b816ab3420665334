package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * Where what a client has sent, as it is without TLS, waits until its
 * {@linkplain PlaintextJudge judge} has cleared it. Most of it never waits: it is judged
 * where it was read to, and nothing is copied.
 * <p>
 * For one thread at a time in each direction (XNIO's contract for conduits).
 */
public final class PlaintextGate {

	// The most that is read at a time without TLS, and room for the plain text of one TLS
	// record. That is 16 KiB (RFC 8446, section 5.1), but in TLS 1.3 JSSE wants room for
	// the type that follows it, too (SSLEngineImpl#readRecord).
	private static final int ONE_READ = 17 * 1024;

	private static final ThreadLocal<ByteBuffer[]> readBuffer = ThreadLocal
		.withInitial(() -> new ByteBuffer[] { ByteBuffer.allocate(ONE_READ) });

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final GuardedConnection connection;

	private final PlaintextJudge judge;

	private final HeldPlaintext memory;

	private long received;

	// From position to limit; what was cleared comes first.
	private ByteBuffer held = NOTHING;

	private int clearedTo;

	private volatile boolean holding;

	private int[] marks = new int[1];

	private boolean refused;

	private boolean ending;

	private volatile boolean moreBehind;

	private volatile byte @Nullable [] farewell;

	private volatile boolean closed;

	private int[] sendMarks = new int[1];

	PlaintextGate(GuardedConnection connection, PlaintextJudge judge, HeldPlaintext memory) {
		this.connection = connection;
		this.judge = judge;
		this.memory = memory;
	}

	GuardedConnection connection() {
		return this.connection;
	}

	/**
	 * Whether something waits here, also to be complete. Any thread may ask.
	 * @return whether the client has sent more than the server has read
	 */
	boolean isHolding() {
		return this.holding;
	}

	/**
	 * Whether a read would give something, or an end, that the socket knows nothing of.
	 * @return whether nobody should wait for the socket
	 */
	boolean isPending() {
		return cleared() > 0 || this.ending || this.moreBehind;
	}

	/**
	 * Whether it was said that the source has more.
	 * @return what {@link #hasMoreBehind(boolean)} was told last
	 */
	public boolean hasMoreBehind() {
		return this.moreBehind;
	}

	/**
	 * Says whether the source has more of which the one who reads has not been told, so
	 * that nobody asks for it should the client send nothing else.
	 * @param more whether it has
	 */
	public void hasMoreBehind(boolean more) {
		if (this.moreBehind != more) {
			this.moreBehind = more;
		}
	}

	/**
	 * Reads what was cleared.
	 * @param targets the buffers to fill
	 * @param offset the first of them
	 * @param length their number
	 * @param source where plain text comes from
	 * @return the number of bytes, 0 for none now, -1 for the end
	 * @throws RefusedException if the connection is to end at once
	 * @throws IOException if the source throws it
	 */
	public long read(ByteBuffer[] targets, int offset, int length, Source source) throws IOException {
		if (!this.held.hasRemaining() && !this.refused) {
			long count = readInPlace(targets, offset, length, source);
			if (count != 0 || (!this.held.hasRemaining() && !this.refused)) {
				return count;
			}
		}
		while (cleared() == 0) {
			if (this.ending) {
				PlaintextRefusal refusal = this.judge.refusal();
				this.farewell = (refusal != null) ? refusal.farewell() : null;
				throw new RefusedException();
			}
			ByteBuffer[] buffers = readBuffer.get();
			// A source that has thrown may have left something of another client's.
			buffers[0].clear();
			long count = source.read(buffers, 0, 1);
			if (count <= 0 || this.refused) {
				return Math.min(count, 0);
			}
			ByteBuffer read = buffers[0].flip();
			this.judge.received(read, 0, read.limit());
			hold(read);
			this.received += count;
			clear();
		}
		return give(targets, offset, length);
	}

	private long readInPlace(ByteBuffer[] targets, int offset, int length, Source source) throws IOException {
		this.marks = positions(targets, offset, length, this.marks);
		long count = source.read(targets, offset, length);
		if (count <= 0) {
			return count;
		}
		for (int index = 0; index < length; index++) {
			ByteBuffer target = targets[offset + index];
			if (target.position() > this.marks[index]) {
				this.judge.received(target, this.marks[index], target.position());
			}
		}
		long good = Math.min(this.judge.cleared(), this.judge.rewriteFrom()) - this.received;
		if (good < count) {
			takeBack(targets, offset, length, good);
		}
		this.received += count;
		if (good < count || this.judge.refusal() != null) {
			clear();
		}
		return good;
	}

	private static int[] positions(ByteBuffer[] buffers, int offset, int length, int[] reusable) {
		int[] positions = (length <= reusable.length) ? reusable : new int[length];
		for (int index = 0; index < length; index++) {
			positions[index] = buffers[offset + index].position();
		}
		return positions;
	}

	private void takeBack(ByteBuffer[] targets, int offset, int length, long good) {
		long left = good;
		for (int index = 0; index < length; index++) {
			ByteBuffer target = targets[offset + index];
			int read = target.position() - this.marks[index];
			int stays = (int) Math.min(left, read);
			left -= stays;
			if (stays < read) {
				int end = target.position();
				target.position(this.marks[index] + stays);
				hold(target.duplicate().limit(end));
			}
		}
	}

	private void hold(ByteBuffer bytes) {
		if (this.held.capacity() - this.held.limit() < bytes.remaining()) {
			int needed = this.held.remaining() + bytes.remaining();
			ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, 2 * this.held.remaining()));
			this.clearedTo -= this.held.position();
			this.held = larger.put(this.held).flip();
			sized();
		}
		this.holding = true;
		int end = this.held.limit();
		this.held.limit(end + bytes.remaining());
		this.held.put(end, bytes, bytes.position(), bytes.remaining());
	}

	/**
	 * Asks the judge how far what is held may go on.
	 */
	private void clear() {
		int kept = this.held.limit() - (int) (this.received - this.judge.cleared());
		int cleared = Math.max(kept, this.held.position());
		if (this.judge.rewriteFrom() < this.judge.cleared()) {
			int from = this.held.limit() - (int) (this.received - this.judge.rewriteFrom());
			int end = this.judge.rewrite(this.held, from, cleared);
			shorten(end, cleared);
			cleared = end;
		}
		this.clearedTo = cleared;
		PlaintextRefusal refusal = this.judge.refusal();
		if (refusal != null) {
			this.refused = true;
			this.held.limit(cleared);
			this.ending = refusal.instead() == null;
			if (refusal.instead() != null) {
				hold(ByteBuffer.wrap(refusal.instead()));
			}
			this.clearedTo = this.held.limit();
			release();
		}
	}

	private void shorten(int end, int next) {
		int rest = this.held.limit() - next;
		this.held.put(end, this.held, next, rest);
		this.held.limit(end + rest);
	}

	private int cleared() {
		return this.clearedTo - this.held.position();
	}

	private long give(ByteBuffer[] targets, int offset, int length) {
		long given = 0;
		for (int index = offset; index < offset + length && cleared() > 0; index++) {
			int count = Math.min(cleared(), targets[index].remaining());
			targets[index].put(targets[index].position(), this.held, this.held.position(), count);
			targets[index].position(targets[index].position() + count);
			this.held.position(this.held.position() + count);
			given += count;
		}
		release();
		return given;
	}

	private void release() {
		if (!this.held.hasRemaining() && this.held != NOTHING) {
			this.holding = false;
			this.held = NOTHING;
			this.clearedTo = 0;
			sized();
		}
	}

	private void sized() {
		this.memory.resized(this, this.closed ? 0 : this.held.capacity());
		if (this.closed) {
			// Since the line before: whoever closes it does not come again.
			this.memory.resized(this, 0);
		}
	}

	/**
	 * The connection has gone, and nobody reads any more.
	 */
	void closed() {
		this.closed = true;
		this.memory.resized(this, 0);
	}

	/**
	 * The server is about to send something. For the thread that writes.
	 * @param sources holds what is to be sent
	 * @param offset the first of them
	 * @param length their number
	 */
	public void sending(ByteBuffer[] sources, int offset, int length) {
		this.sendMarks = positions(sources, offset, length, this.sendMarks);
	}

	/**
	 * What the server was about to send has been sent, as far as the positions of the
	 * buffers say.
	 * @param sources those {@link #sending} was called with
	 * @param offset the first of them
	 * @param length their number
	 */
	public void sent(ByteBuffer[] sources, int offset, int length) {
		for (int index = 0; index < length; index++) {
			ByteBuffer source = sources[offset + index];
			if (source.position() > this.sendMarks[index]) {
				this.judge.sent(source, this.sendMarks[index], source.position());
			}
		}
	}

	/**
	 * What the client is to be sent in place of what the server is about to send.
	 * @param bytes what the server is about to send, from position to limit
	 * @return other bytes, or {@code null} for no change
	 */
	public @Nullable ByteBuffer instead(ByteBuffer bytes) {
		return this.judge.instead(bytes);
	}

	/**
	 * What the client is sent before the connection ends. Known when the one who reads
	 * has been told that it ends.
	 * @return the bytes, or {@code null} if there is nothing to say
	 */
	public byte @Nullable [] farewell() {
		return this.farewell;
	}

	/**
	 * Where plain text comes from.
	 */
	@FunctionalInterface
	public interface Source {

		/**
		 * Reads what is there.
		 * @param targets the buffers to fill
		 * @param offset the first of them
		 * @param length their number
		 * @return the number of bytes, 0 for none now, -1 for the end
		 * @throws IOException if reading fails
		 */
		long read(ByteBuffer[] targets, int offset, int length) throws IOException;

	}

}
