package io.github.hardenedhttp.sample;

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

	private final Deque<Socket> kept = new ConcurrentLinkedDeque<>();

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "honest-visitor");
		thread.setDaemon(true);
		return thread;
	});

	HonestVisitor(int port, SSLContext context) {
		this(null, port, context);
	}

	private HonestVisitor(InetSocketAddress source, int port, SSLContext context) {
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
		return new HonestVisitor(new InetSocketAddress(source, 0), port, context);
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
			boolean keeps = this.source == null && count % 2 == 0;
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
			Socket old = keeps ? this.kept.poll() : null;
			Socket socket = (old != null) ? old : connect();
			try {
				ask(socket, this.source == null);
				if (keeps && this.kept.isEmpty()) {
					this.kept.push(socket);
				}
				else {
					socket.close();
				}
			}
			catch (IOException ex) {
				socket.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			failure = (keeps ? "kept: " : "new: ") + ex;
		}
		return new Visit(System.nanoTime() - due, failure);
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket();
		socket.setTcpNoDelay(true);
		socket.setSoTimeout((int) PATIENCE.toMillis());
		socket.bind(this.source);
		socket.connect(this.target, (int) PATIENCE.toMillis());
		return this.context.getSocketFactory().createSocket(socket, "localhost", this.target.getPort(), true);
	}

	private static void ask(Socket socket, boolean keepable) throws IOException {
		String request = REQUEST + (keepable ? "" : "Connection: close\r\n") + "\r\n";
		socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
		InputStream in = socket.getInputStream();
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

	/**
	 * Closes the connection it has kept.
	 */
	void forget() {
		for (Socket socket = this.kept.poll(); socket != null; socket = this.kept.poll()) {
			try {
				socket.close();
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
