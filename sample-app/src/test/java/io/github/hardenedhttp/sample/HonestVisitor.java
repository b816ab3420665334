package io.github.hardenedhttp.sample;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLContext;

/**
 * Asks for a small page on time, whether the last answer is there or not, by turns on a
 * connection it keeps and on a new one. What an answer took is counted from the time it
 * was to be asked for, so that nothing is hidden by a client that waits itself.
 */
final class HonestVisitor implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n";

	private final InetSocketAddress target;

	// Null: wherever the system says.
	private final InetSocketAddress source;

	private final SSLContext context;

	private final Way way;

	private final Deque<Line> kept = new ConcurrentLinkedDeque<>();

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "honest-visitor");
		thread.setDaemon(true);
		return thread;
	});

	HonestVisitor(int port, SSLContext context) {
		this(null, port, context, Way.BY_TURNS);
	}

	private HonestVisitor(InetSocketAddress source, int port, SSLContext context, Way way) {
		this.way = way;
		this.source = source;
		this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		this.context = context;
	}

	/**
	 * A visitor who keeps no connection.
	 * @param source the address he comes from
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @return the visitor
	 */
	static HonestVisitor alwaysNew(String source, int port, SSLContext context) {
		return new HonestVisitor(new InetSocketAddress(source, 0), port, context, Way.ALWAYS_NEW);
	}

	/**
	 * A visitor who speaks HTTP/2, on a connection he keeps until the server says
	 * goodbye.
	 * @param source the address he comes from
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @return the visitor
	 */
	static HonestVisitor http2(String source, int port, SSLContext context) {
		return new HonestVisitor(new InetSocketAddress(source, 0), port, context, Way.HTTP_2);
	}

	/**
	 * Visits for a while.
	 * @param time how long
	 * @param interval from one request to the next
	 * @return what came of it
	 */
	Visits visit(Duration time, Duration interval) {
		long end = System.nanoTime() + time.toNanos();
		return visit(() -> System.nanoTime() - end >= 0, interval);
	}

	/**
	 * Visits until it is told to end.
	 * @param over whether to end
	 * @param interval from one request to the next
	 * @return what came of it
	 */
	Visits visit(BooleanSupplier over, Duration interval) {
		List<Visit> visits = Collections.synchronizedList(new ArrayList<>());
		long start = System.nanoTime();
		int count = 0;
		for (; !over.getAsBoolean(); count++) {
			long due = start + count * interval.toNanos();
			boolean keeps = this.way == Way.HTTP_2 || this.way == Way.BY_TURNS && count % 2 == 0;
			for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			this.threads.execute(() -> visits.add(visit(due, keeps)));
		}
		long end = System.nanoTime() + PATIENCE.multipliedBy(3).toNanos();
		while (visits.size() < count && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
		synchronized (visits) {
			return new Visits(count, List.copyOf(visits));
		}
	}

	private Visit visit(long due, boolean keeps) {
		String failure = "";
		try {
			Line old = keeps ? this.kept.poll() : null;
			try {
				visit((old != null) ? old : connect(), keeps);
			}
			catch (IOException ex) {
				if (old == null || old.isKept()) {
					throw ex;
				}
				// The server has said goodbye before it was asked.
				visit(connect(), keeps);
			}
		}
		catch (IOException ex) {
			failure = (keeps ? "kept: " : "new: ") + ex;
		}
		return new Visit(System.nanoTime() - due, failure);
	}

	private void visit(Line line, boolean keeps) throws IOException {
		try {
			line.ask();
			if (keeps && line.isKept() && this.kept.isEmpty()) {
				this.kept.push(line);
			}
			else {
				line.close();
			}
		}
		catch (IOException ex) {
			line.close();
			throw ex;
		}
	}

	private Line connect() throws IOException {
		if (this.way == Way.HTTP_2) {
			return new Http2Line(Http2Connection.open(this.source, this.target, this.context, PATIENCE));
		}
		Socket socket = new Socket();
		socket.setTcpNoDelay(true);
		socket.setSoTimeout((int) PATIENCE.toMillis());
		socket.bind(this.source);
		socket.connect(this.target, (int) PATIENCE.toMillis());
		return new Http1Line(
				this.context.getSocketFactory().createSocket(socket, "localhost", this.target.getPort(), true),
				this.way == Way.BY_TURNS);
	}

	/**
	 * Closes the connection it has kept.
	 */
	void forget() {
		for (Line line = this.kept.poll(); line != null; line = this.kept.poll()) {
			try {
				line.close();
			}
			catch (IOException ex) {
				// It was kept too long.
			}
		}
	}

	@Override
	public void close() {
		this.threads.shutdown();
		try {
			this.threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		forget();
	}

	private enum Way {

		BY_TURNS, ALWAYS_NEW, HTTP_2

	}

	/**
	 * Where one can ask.
	 */
	private interface Line extends Closeable {

		void ask() throws IOException;

		boolean isKept();

	}

	private record Http1Line(Socket socket, boolean isKept) implements Line {

		@Override
		public void ask() throws IOException {
			String request = REQUEST + (this.isKept ? "" : "Connection: close\r\n") + "\r\n";
			this.socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			InputStream in = this.socket.getInputStream();
			StringBuilder head = new StringBuilder();
			while (head.indexOf("\r\n\r\n") < 0) {
				int next = in.read();
				if (next < 0) {
					throw new EOFException("after '" + head + "'");
				}
				head.append((char) next);
			}
			String body = new String(in.readNBytes(5), StandardCharsets.ISO_8859_1);
			if (head.indexOf("HTTP/1.1 200") != 0 || !body.equals("hello")) {
				throw new IOException("answered '" + head + body + "'");
			}
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

	private record Http2Line(Http2Connection connection) implements Line {

		@Override
		public void ask() throws IOException {
			Http2Connection.Answer answer = this.connection.get("/hello");
			if (!answer.isOk() || !new String(answer.body(), StandardCharsets.ISO_8859_1).equals("hello")) {
				throw new IOException("answered " + answer);
			}
		}

		@Override
		public boolean isKept() {
			return !this.connection.isOver();
		}

		@Override
		public void close() throws IOException {
			this.connection.close();
		}

	}

	/**
	 * One visit.
	 *
	 * @param nanos what it took
	 * @param failure empty if there was none
	 */
	record Visit(long nanos, String failure) {

	}

	/**
	 * All visits of some time.
	 *
	 * @param asked how many there should be
	 * @param visits those that ended
	 */
	record Visits(int asked, List<Visit> visits) {

		List<String> failures() {
			List<String> failures = new ArrayList<>(
					this.visits.stream().map(Visit::failure).filter((failure) -> !failure.isEmpty()).toList());
			failures.addAll(Collections.nCopies(this.asked - this.visits.size(), "no answer"));
			return failures;
		}

		double success() {
			return 100.0 * (this.asked - failures().size()) / this.asked;
		}

		/**
		 * The time within which a part of the visits ended.
		 * @param share the part
		 * @return milliseconds
		 */
		double millis(double share) {
			long[] sorted = this.visits.stream().mapToLong(Visit::nanos).sorted().toArray();
			int index = (int) Math.ceil(share * sorted.length) - 1;
			return Arrays.stream(sorted).skip(Math.max(0, index)).findFirst().orElse(0) / 1e6;
		}

	}

}
