package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/**
 * Some connections that flood a server, and come again when they are cut. One thread does
 * it all, at a limited rate, so that the machine is left to the server.
 */
final class Flooders implements AutoCloseable {

	private static final Duration TICK = Duration.ofMillis(1);

	private final InetSocketAddress target;

	private final SSLContext context;

	private final Selector selector;

	private final ByteBuffer scratch = ByteBuffer.allocate(64 * 1024);

	private final List<Flooder> flooders;

	private final Thread thread;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile long relentsUntil = Long.MAX_VALUE;

	private volatile boolean relenting;

	private volatile boolean haveDoneEnough;

	private Flooders(int port, SSLContext context, int count, Flood flood) {
		this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		this.context = context;
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.flooders = IntStream.range(0, count).mapToObj((i) -> new Flooder(this, flood.script())).toList();
		this.thread = new Thread(this::run, "flooders");
		this.thread.setDaemon(true);
	}

	/**
	 * Lets them loose.
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @param count the number of connections at a time
	 * @param flood what each of them does
	 * @return the flooders
	 */
	static Flooders loose(int port, SSLContext context, int count, Flood flood) {
		Flooders flooders = new Flooders(port, context, count, flood);
		flooders.thread.start();
		return flooders;
	}

	InetSocketAddress target() {
		return this.target;
	}

	SSLContext context() {
		return this.context;
	}

	Selector selector() {
		return this.selector;
	}

	/**
	 * A buffer for one read.
	 * @return the same each time
	 */
	ByteBuffer scratch() {
		return this.scratch;
	}

	/**
	 * Whether nothing more is to be sent.
	 * @return whether the flood is over
	 */
	boolean isRelenting() {
		return this.relenting;
	}

	/**
	 * Whether at least one connection should have been ended by now, or was.
	 * @return whether it is time to look what came of it
	 */
	boolean haveDoneEnough() {
		return this.haveDoneEnough;
	}

	/**
	 * Sends nothing more, and listens until the server has ended all connections that had
	 * sent enough for it, or for some time. Then the others end, with a reset.
	 * @param grace how long to listen
	 * @return what has come of it
	 */
	Tally relent(Duration grace) {
		this.relentsUntil = System.nanoTime() + grace.toNanos();
		this.relenting = true;
		this.selector.wakeup();
		try {
			if (!this.ended.await(grace.toSeconds() + 20, TimeUnit.SECONDS)) {
				throw new AssertionError("The flooders do not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		List<Flooder.Connection> all = this.flooders.stream().flatMap((flooder) -> flooder.past().stream()).toList();
		return new Tally(all);
	}

	@Override
	public void close() {
		relent(Duration.ZERO);
	}

	private void run() {
		try (this.selector) {
			while (!isOver()) {
				this.selector.select((key) -> ((Flooder) key.attachment()).ready(), TICK.toMillis());
				long now = System.nanoTime();
				for (Flooder flooder : this.flooders) {
					flooder.tick(now);
					this.haveDoneEnough |= flooder.isToEnd() || flooder.wasEnded();
				}
			}
			this.flooders.forEach(Flooder::leave);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.ended.countDown();
		}
	}

	private boolean isOver() {
		return this.relenting
				&& (System.nanoTime() - this.relentsUntil >= 0 || this.flooders.stream().noneMatch(Flooder::isToEnd));
	}

	/**
	 * What has come of it.
	 *
	 * @param connections all there were
	 */
	record Tally(List<Flooder.Connection> connections) {

		long events() {
			return this.connections.stream().mapToLong(Flooder.Connection::events).sum();
		}

		long most() {
			return this.connections.stream().mapToLong(Flooder.Connection::events).max().orElse(0);
		}

		long answers() {
			return this.connections.stream().mapToLong(Flooder.Connection::answers).sum();
		}

		/**
		 * The connections that ended themselves: they have done too little to be ended by
		 * the server.
		 * @return the number
		 */
		long unfinished() {
			return this.connections.stream().filter((connection) -> connection.end() == Flooder.End.UNFINISHED).count();
		}

		/**
		 * Those the server has ended, or should have ended.
		 * @return the connections
		 */
		Stream<Flooder.Connection> finished() {
			return this.connections.stream().filter((connection) -> connection.end() != Flooder.End.UNFINISHED);
		}

		/**
		 * How many ended how.
		 * @return for example {@code GOAWAY 11, CLOSED x 40}
		 */
		String endings() {
			return this.connections.stream()
				.collect(Collectors.groupingBy(Flooder.Connection::ending, Collectors.counting()))
				.entrySet()
				.stream()
				.sorted(Map.Entry.<String, Long>comparingByValue().reversed())
				.map((ending) -> ending.getKey() + " x " + ending.getValue())
				.collect(Collectors.joining("; "));
		}

		/**
		 * The streams the server has reset.
		 * @return for example {@code RST 7 x 900}
		 */
		String resets() {
			return this.connections.stream()
				.flatMap((connection) -> connection.resets().entrySet().stream())
				.collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.summingInt(Map.Entry::getValue)))
				.entrySet()
				.stream()
				.map((reset) -> "RST %d x %d".formatted(reset.getKey(), reset.getValue()))
				.collect(Collectors.joining("; "));
		}

	}

}
