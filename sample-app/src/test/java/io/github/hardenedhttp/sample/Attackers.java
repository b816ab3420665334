package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

import javax.net.ssl.SSLContext;

/**
 * Attackers who connect anew as soon as they are cut. One thread does it all, so that the
 * machine is left to the server. They come at a limited rate: what is tried is who waits
 * longer, not how many handshakes a second the machine can do.
 */
final class Attackers implements AutoCloseable {

	private static final Duration TICK = Duration.ofMillis(5);

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final InetSocketAddress target;

	private final SSLContext context;

	private final Pace pace;

	private final Selector selector;

	private final ByteBuffer scratch = ByteBuffer.allocate(64 * 1024);

	private final List<Attacker> attackers = new ArrayList<>();

	private final Thread thread;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile boolean relenting;

	private volatile boolean closing;

	private volatile Tally tally = new Tally(0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO);

	private Attackers(int port, SSLContext context, Pace pace, IntFunction<InetSocketAddress> sources,
			List<Attack> attacks) {
		this.pace = pace;
		this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		this.context = context;
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		for (Attack attack : attacks) {
			this.attackers.add(new Attacker(this, attack.script(), sources.apply(this.attackers.size())));
		}
		this.thread = new Thread(this::run, "attackers");
		this.thread.setDaemon(true);
	}

	/**
	 * Lets them loose, from addresses nobody else comes from.
	 * @param addresses from how many addresses they come
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @param attacks what each of them does
	 * @return the attackers
	 */
	static Attackers looseFrom(int addresses, int port, SSLContext context, List<Attack> attacks) {
		return start(new Attackers(port, context, Pace.CALM, (number) -> source(number % addresses), attacks));
	}

	private static InetSocketAddress source(int number) {
		return new InetSocketAddress("127.1.%d.%d".formatted(number / 250, number % 250 + 1), 0);
	}

	/**
	 * Lets them loose, from the address everybody else comes from.
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @param attacks what each of them does
	 * @return the attackers
	 */
	static Attackers loose(int port, SSLContext context, List<Attack> attacks) {
		return loose(port, context, Pace.CALM, attacks);
	}

	/**
	 * Lets them loose.
	 * @param port the port on the loopback interface
	 * @param context a context that trusts whoever is there
	 * @param pace how fast they come, and come again
	 * @param attacks what each of them does
	 * @return the attackers
	 */
	static Attackers loose(int port, SSLContext context, Pace pace, List<Attack> attacks) {
		return start(new Attackers(port, context, pace, (number) -> null, attacks));
	}

	private static Attackers start(Attackers attackers) {
		attackers.thread.start();
		return attackers;
	}

	InetSocketAddress target() {
		return this.target;
	}

	SSLContext context() {
		return this.context;
	}

	/**
	 * How long who was cut stays away.
	 * @return the pause
	 */
	Duration pause() {
		return this.pace.pause();
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
	 * Whether nobody is to begin anew. Those at work go on as they are.
	 * @return whether the attack is over
	 */
	boolean isRelenting() {
		return this.relenting;
	}

	/**
	 * Nobody begins anew.
	 */
	void relent() {
		this.relenting = true;
	}

	/**
	 * What has come of it until now.
	 * @return the figures, not older than a second
	 */
	Tally tally() {
		return this.tally;
	}

	/**
	 * Ends all connections with a reset.
	 */
	@Override
	public void close() {
		this.closing = true;
		this.selector.wakeup();
		try {
			this.ended.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		try (this.selector) {
			long nextArrival = System.nanoTime();
			long nextTally = nextArrival;
			while (!this.closing) {
				this.selector.select((key) -> ((Attacker) key.attachment()).ready(), TICK.toMillis());
				long now = System.nanoTime();
				// Who was held up by a busy machine does not come all at once.
				nextArrival = Math.max(nextArrival, now - TICK.toNanos());
				for (Attacker attacker : this.attackers) {
					if (!this.relenting && now - nextArrival > 0 && attacker.isReturning(now)) {
						attacker.connect(now);
						nextArrival += this.pace.arrival().toNanos();
					}
					attacker.tick(now);
				}
				if (now - nextTally >= 0) {
					noticeTheCut(now);
					count();
					nextTally = now + SECOND / 2;
				}
			}
			this.attackers.forEach(Attacker::reset);
			count();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.ended.countDown();
		}
	}

	/**
	 * Who does not read is not told by the socket that it was reset.
	 */
	private void noticeTheCut(long now) throws IOException {
		Set<InetSocketAddress> established = new HashSet<>();
		for (Path table : List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"))) {
			if (!Files.isReadable(table)) {
				return;
			}
			String port = ":%04X ".formatted(this.target.getPort());
			for (String line : Files.readAllLines(table)) {
				String[] fields = line.contains(port) ? line.trim().split("\\s+") : new String[0];
				if (fields.length > 3 && fields[3].equals("01")) {
					established.add(address(fields[1]));
				}
			}
		}
		this.attackers.forEach((attacker) -> attacker.lookedUp(established, now));
	}

	/**
	 * Reads an address as Linux shows it: the last four bytes are those of IPv4, and they
	 * stand in the order of a little-endian machine.
	 */
	private static InetSocketAddress address(String field) throws UnknownHostException {
		int colon = field.indexOf(':');
		byte[] bytes = HexFormat.of().parseHex(field, colon - 8, colon);
		return new InetSocketAddress(InetAddress.getByAddress(new byte[] { bytes[3], bytes[2], bytes[1], bytes[0] }),
				Integer.parseInt(field.substring(colon + 1), 16));
	}

	private void count() {
		int open = 0;
		long connections = 0;
		long cuts = 0;
		long resets = 0;
		long answers = 0;
		long longest = 0;
		for (Attacker attacker : this.attackers) {
			open += attacker.isAway() ? 0 : 1;
			connections += attacker.connections();
			cuts += attacker.cuts();
			resets += attacker.resets();
			answers += attacker.answers();
			longest = Math.max(longest, attacker.longestHold());
		}
		this.tally = new Tally(open, connections, cuts, resets, answers, Duration.ofNanos(longest), cpu());
	}

	private static Duration cpu() {
		return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
	}

	/**
	 * What has come of it.
	 *
	 * @param open connections open now
	 * @param connections connections made
	 * @param cuts connections and HTTP/2 streams the server ended
	 * @param resets those of them that were streams
	 * @param answers HTTP/2 streams the server answered in good order
	 * @param longestHold the longest time from the beginning of an attack to its cut
	 * @param cpu what the attackers themselves cost
	 */
	record Tally(int open, long connections, long cuts, long resets, long answers, Duration longestHold, Duration cpu) {

		/**
		 * How many connections the server has ended.
		 * @return the cuts that were not of a stream
		 */
		long ends() {
			return this.cuts - this.resets;
		}

	}

	/**
	 * How fast they come.
	 *
	 * @param arrival from one new connection to the next
	 * @param pause how long who was cut stays away
	 */
	record Pace(Duration arrival, Duration pause) {

		static final Pace CALM = new Pace(TICK, Duration.ofMillis(100));

	}

}
