package io.github.hardenedhttp.sample;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import javax.net.ssl.SSLException;

import io.github.hardenedhttp.sample.Flood.Script;

/**
 * One of the {@link Flooders}, with the connection it has at the moment. What the server
 * says last is read even when nothing can be sent any more. Only their thread comes here.
 */
final class Flooder implements FrameReader.Frame {

	private static final int WINDOW = 65_535;

	private static final int SMALL_BUFFER = 4096;

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	// They shall not be a flood of handshakes.
	private static final long PAUSE = Duration.ofMillis(100).toNanos();

	// For the server's session ticket, before nothing more is read.
	private static final long SETTLE = Duration.ofMillis(50).toNanos();

	private final Flooders all;

	private final Script script;

	private final List<Connection> past = new ArrayList<>();

	private boolean wasEnded;

	private State state = State.AWAY;

	private long next = System.nanoTime();

	// Of the connection.

	private SocketChannel channel;

	private SelectionKey key;

	private TlsPipe tls;

	private FrameReader frames;

	private ByteBuffer unsent;

	private long since;

	private int events;

	private int answers;

	private int code;

	private Map<Integer, Integer> resets;

	Flooder(Flooders all, Script script) {
		this.all = all;
		this.script = script;
	}

	/**
	 * The connections there were.
	 * @return all that have ended
	 */
	List<Connection> past() {
		return this.past;
	}

	/**
	 * Whether the server should end the connection that is open.
	 * @return whether it has done enough for that
	 */
	boolean isToEnd() {
		return this.state != State.AWAY && (this.code >= 0 || this.events >= this.script.enough());
	}

	/**
	 * Whether the server has ended a connection, and said so before.
	 * @return whether there was a GOAWAY
	 */
	boolean wasEnded() {
		return this.wasEnded;
	}

	void tick(long now) {
		if (now - this.next < 0 || this.all.isRelenting()) {
			return;
		}
		if (this.state == State.AWAY) {
			connect();
		}
		else if (this.state == State.SETTLING) {
			attempt(this::begin);
		}
		else if (this.state == State.FLOODING) {
			attempt(() -> flood(now));
		}
	}

	void ready() {
		attempt(() -> {
			if (this.state == State.CONNECTING && this.channel.finishConnect()) {
				connected();
			}
			else {
				flush();
				read();
			}
		});
	}

	/**
	 * Ends the connection if there is one.
	 */
	void leave() {
		if (this.state != State.AWAY) {
			ended(isToEnd() ? End.NEVER : End.UNFINISHED);
		}
	}

	private void connect() {
		this.tls = null;
		this.frames = new FrameReader();
		this.unsent = ByteBuffer.allocate(0);
		this.events = 0;
		this.answers = 0;
		this.code = -1;
		this.resets = new TreeMap<>();
		this.state = State.CONNECTING;
		attempt(() -> {
			this.channel = SocketChannel.open();
			this.channel.configureBlocking(false);
			this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			if (!this.script.reading()) {
				this.channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
			}
			this.key = this.channel.register(this.all.selector(), SelectionKey.OP_CONNECT, this);
			if (this.channel.connect(this.all.target())) {
				connected();
			}
		});
	}

	private void connected() throws IOException {
		this.state = State.SHAKING_HANDS;
		this.tls = new TlsPipe(this.all.context().createSSLEngine("localhost", this.all.target().getPort()), "h2");
		sendRaw(this.tls.wrap(new byte[0]));
	}

	private void begin() throws IOException {
		this.state = State.FLOODING;
		this.since = System.nanoTime();
		send(Frames.concat(Frames.preface(WINDOW), this.script.opening()));
	}

	/**
	 * Sends what is due. Who cannot send for a while does not send more afterwards.
	 */
	private void flood(long now) throws IOException {
		long elapsed = Math.min(now - this.since, SECOND / 10);
		int due = (int) (elapsed * this.script.rate() / SECOND);
		if (due == 0 || this.unsent.hasRemaining() || this.code == Frames.NO_ERROR) {
			return;
		}
		this.since = now;
		due = Math.min(due, this.script.limit() - this.events);
		due = (int) Math.min(due, (long) this.script.outstanding() - this.events + this.answers);
		byte[][] burst = new byte[due][];
		for (int i = 0; i < due; i++) {
			burst[i] = this.script.event().apply(this.events++);
		}
		send(Frames.concat(burst));
	}

	private void read() throws IOException {
		while ((this.key.interestOps() & SelectionKey.OP_READ) != 0) {
			int read = this.channel.read(this.all.scratch().clear());
			if (read < 0) {
				throw new EOFException();
			}
			if (read == 0) {
				return;
			}
			sendRaw(this.tls.unwrap(this.all.scratch().flip(), (plain) -> this.frames.read(plain, this)));
			if (this.state == State.SHAKING_HANDS && this.tls.isAgreed()) {
				this.state = State.SETTLING;
				this.next = System.nanoTime() + (this.script.reading() ? 0 : SETTLE);
			}
		}
	}

	@Override
	public void begins(int type, int flags, int stream) {
		if ((type == Frames.DATA || type == Frames.HEADERS) && (flags & Frames.END_STREAM) != 0) {
			this.answers++;
		}
	}

	@Override
	public void isReset(int stream, int code) {
		this.resets.merge(code, 1, Integer::sum);
	}

	@Override
	public void isOver(int code) {
		this.code = Math.max(this.code, code);
	}

	private void send(byte[] bytes) throws IOException {
		if (bytes.length > 0) {
			sendRaw(this.tls.wrap(bytes));
		}
	}

	private void sendRaw(byte[] bytes) throws IOException {
		if (bytes.length > 0) {
			this.unsent = ByteBuffer.allocate(this.unsent.remaining() + bytes.length)
				.put(this.unsent)
				.put(bytes)
				.flip();
		}
		flush();
	}

	private void flush() throws IOException {
		if (this.unsent.hasRemaining()) {
			this.channel.write(this.unsent);
		}
		boolean reads = this.script.reading() || this.state != State.FLOODING;
		this.key
			.interestOps((reads ? SelectionKey.OP_READ : 0) | (this.unsent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
	}

	private void attempt(Step step) {
		try {
			step.run();
		}
		catch (EOFException | SSLException ex) {
			ended(End.CLOSED);
		}
		catch (IOException | CancelledKeyException ex) {
			hearTheRest();
			ended(End.RESET);
		}
	}

	/**
	 * The kernel keeps what came before a reset.
	 */
	private void hearTheRest() {
		if (this.tls == null || !this.script.reading()) {
			return;
		}
		try {
			while (this.channel.read(this.all.scratch().clear()) > 0) {
				this.tls.unwrap(this.all.scratch().flip(), (plain) -> this.frames.read(plain, this));
			}
		}
		catch (IOException ex) {
			// That was all.
		}
	}

	private void ended(End end) {
		if (this.state == State.AWAY) {
			return;
		}
		this.wasEnded |= this.code >= 0;
		this.past.add(new Connection(end, this.code, this.events, this.answers, this.resets));
		this.state = State.AWAY;
		this.next = System.nanoTime() + PAUSE;
		try (SocketChannel closing = this.channel) {
			closing.setOption(StandardSocketOptions.SO_LINGER, 0);
		}
		catch (IOException ex) {
			// Gone already.
		}
	}

	/**
	 * A connection that is over.
	 *
	 * @param end how it ended
	 * @param code the code of the GOAWAY before, -1 if there was none
	 * @param events what it has sent
	 * @param answers the streams that were answered in good order
	 * @param resets the streams that were reset by the server, by the code
	 */
	record Connection(End end, int code, int events, int answers, Map<Integer, Integer> resets) {

		String ending() {
			return ((this.code >= 0) ? "GOAWAY %d, ".formatted(this.code) : "") + this.end;
		}

	}

	/**
	 * How a connection ended.
	 */
	enum End {

		/**
		 * The server has said so, in TLS or TCP.
		 */
		CLOSED,

		/**
		 * With a reset by the server.
		 */
		RESET,

		/**
		 * It should have, but it did not.
		 */
		NEVER,

		/**
		 * The flooder itself left, who had only begun.
		 */
		UNFINISHED

	}

	private enum State {

		/**
		 * No connection.
		 */
		AWAY,

		/**
		 * Waiting for the kernel.
		 */
		CONNECTING,

		/**
		 * Waiting for TLS.
		 */
		SHAKING_HANDS,

		/**
		 * Waiting for its turn.
		 */
		SETTLING,

		/**
		 * At work.
		 */
		FLOODING

	}

	@FunctionalInterface
	private interface Step {

		void run() throws IOException;

	}

}
