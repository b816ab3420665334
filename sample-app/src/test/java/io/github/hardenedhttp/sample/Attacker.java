package io.github.hardenedhttp.sample;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;

import io.github.hardenedhttp.sample.Attack.Layer;
import io.github.hardenedhttp.sample.Attack.Phase;
import io.github.hardenedhttp.sample.Attack.Reading;
import io.github.hardenedhttp.sample.Attack.Script;

/**
 * One attacker, with the connection it has at the moment. Only the thread of
 * {@link Attackers} comes here.
 */
final class Attacker {

	private static final int SMALL_BUFFER = 4096;

	private static final int DRIP = 100;

	// A hundred streams further on.
	private static final int NEXT_STREAM = 200;

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	// For the server's session ticket, before nothing more is read.
	private static final long SETTLE = Duration.ofMillis(100).toNanos();

	private static final long PAUSE = Duration.ofMillis(100).toNanos();

	private final Attackers all;

	private final Script script;

	// Null: wherever the system says.
	private final InetSocketAddress source;

	private State state = State.AWAY;

	private long next = System.nanoTime();

	// Of the connection.

	private SocketChannel channel;

	private SelectionKey key;

	private TlsPipe tls;

	private FrameReader frames;

	private ByteBuffer unsent;

	private InetSocketAddress local;

	private int stream;

	private int second;

	private long since;

	// For the tally.

	private long connections;

	private long cuts;

	private long resets;

	private long answers;

	private long longestHold;

	Attacker(Attackers all, Script script, InetSocketAddress source) {
		this.all = all;
		this.script = script;
		this.source = source;
	}

	boolean isAway() {
		return this.state == State.AWAY;
	}

	boolean isReturning(long now) {
		return isAway() && now - this.next >= 0;
	}

	void connect(long now) throws IOException {
		this.connections++;
		this.since = now;
		this.tls = null;
		this.frames = new FrameReader();
		this.unsent = ByteBuffer.allocate(0);
		this.state = State.CONNECTING;
		this.channel = SocketChannel.open();
		this.channel.configureBlocking(false);
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		if (this.script.reading() != Reading.ALL) {
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
		}
		this.key = this.channel.register(this.all.selector(), SelectionKey.OP_CONNECT, this);
		attempt(() -> {
			if (this.source != null) {
				this.channel.bind(this.source);
			}
			if (this.channel.connect(this.all.target())) {
				connected();
			}
		});
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

	void tick(long now) {
		if (isAway() || now - this.next < 0) {
			return;
		}
		if (this.state == State.SETTLING) {
			attempt(this::begin);
		}
		else if (this.state == State.BETWEEN) {
			attempt(this::open);
		}
		else if (this.state == State.AT_WORK) {
			this.next += SECOND;
			attempt(this::drip);
		}
	}

	private void connected() throws IOException {
		this.local = (InetSocketAddress) this.channel.getLocalAddress();
		if (this.script.layer() == Layer.TCP) {
			begin();
			return;
		}
		this.state = State.SHAKING_HANDS;
		this.tls = new TlsPipe(this.all.context().createSSLEngine("localhost", this.all.target().getPort()),
				this.script.layer().applicationProtocol());
		sendRaw(this.tls.wrap(new byte[0]));
	}

	private void begin() throws IOException {
		this.stream = 1;
		send(this.script.greeting());
		open();
	}

	private void open() throws IOException {
		this.state = State.AT_WORK;
		this.second = 0;
		this.since = System.nanoTime();
		this.next = this.since + SECOND;
		send(this.script.opening().apply(this.stream));
	}

	private void drip() throws IOException {
		this.second++;
		if (this.script.reading() == Reading.DRIP && this.channel.read(ByteBuffer.allocate(DRIP)) < 0) {
			throw new EOFException();
		}
		if (!this.unsent.hasRemaining()) {
			send(this.script.drip().at(this.second, this.stream));
		}
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
			if (this.tls != null) {
				sendRaw(this.tls.unwrap(this.all.scratch().flip(), this::received));
				if (this.state == State.SHAKING_HANDS && this.tls.isAgreed()) {
					agreed();
				}
			}
		}
	}

	private void agreed() throws IOException {
		if (this.script.reading() == Reading.ALL) {
			begin();
		}
		else {
			this.state = State.SETTLING;
			this.next = System.nanoTime() + SETTLE;
		}
	}

	private void received(ByteBuffer plain) {
		if (this.script.layer() == Layer.HTTP_2) {
			this.frames.read(plain, this::received);
		}
	}

	private void received(int type, int flags, int stream) {
		if (stream != this.stream || this.state != State.AT_WORK) {
			return;
		}
		if (type == Frames.RST_STREAM) {
			this.resets++;
			noteCut();
			again();
		}
		else if ((type == Frames.DATA || type == Frames.HEADERS) && (flags & Frames.END_STREAM) != 0) {
			this.answers++;
			if (this.script.phase() != Phase.IDLE) {
				again();
			}
		}
	}

	/**
	 * Of an HTTP/2 connection nothing is left now but that it is idle.
	 */
	private void again() {
		if (this.all.isRelenting()) {
			reset();
		}
		else {
			this.stream += NEXT_STREAM;
			this.state = State.BETWEEN;
			this.next = System.nanoTime() + PAUSE;
		}
	}

	private void send(byte[] bytes) throws IOException {
		sendRaw((this.tls != null) ? this.tls.wrap(bytes) : bytes);
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
		boolean reads = this.state != State.AT_WORK || this.script.reading() == Reading.ALL;
		this.key
			.interestOps((reads ? SelectionKey.OP_READ : 0) | (this.unsent.hasRemaining() ? SelectionKey.OP_WRITE : 0));
	}

	private void attempt(Step step) {
		try {
			step.run();
		}
		catch (IOException | CancelledKeyException ex) {
			cut();
		}
	}

	/**
	 * Who does not read is not told by the socket that it was reset.
	 * @param established where the connections that exist come from
	 * @param now the time
	 */
	void lookedUp(Set<InetSocketAddress> established, long now) {
		if (this.state == State.AT_WORK && now - this.since > SECOND && !established.contains(this.local)) {
			cut();
		}
	}

	private void cut() {
		if (!isAway()) {
			noteCut();
			reset();
		}
	}

	private void noteCut() {
		this.cuts++;
		this.longestHold = Math.max(this.longestHold, System.nanoTime() - this.since);
	}

	/**
	 * Leaves without a word.
	 */
	void reset() {
		if (isAway()) {
			return;
		}
		this.state = State.AWAY;
		this.next = System.nanoTime() + this.all.pause().toNanos();
		try (SocketChannel closing = this.channel) {
			closing.setOption(StandardSocketOptions.SO_LINGER, 0);
		}
		catch (IOException ex) {
			// Gone already.
		}
	}

	long connections() {
		return this.connections;
	}

	long cuts() {
		return this.cuts;
	}

	long resets() {
		return this.resets;
	}

	long answers() {
		return this.answers;
	}

	long longestHold() {
		return this.longestHold;
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
		 * Waiting a moment before the attack.
		 */
		SETTLING,

		/**
		 * Attacking.
		 */
		AT_WORK,

		/**
		 * Waiting a moment before the next stream.
		 */
		BETWEEN

	}

	@FunctionalInterface
	private interface Step {

		void run() throws IOException;

	}

}
