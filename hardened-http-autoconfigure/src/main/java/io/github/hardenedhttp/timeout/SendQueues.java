package io.github.hardenedhttp.timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.undertow.GuardedConnection;

/**
 * How much of what was written to a connection its client has not acknowledged yet. Linux
 * tells in {@code /proc/net/tcp} and {@code tcp6} (column {@code tx_queue}); elsewhere
 * nobody does.
 * <p>
 * The kernel takes megabytes for a client that reads nothing, and lets the server write
 * again only when a third of its buffer is free: of a client that reads slowly but
 * steadily the server may hear nothing for half a minute. Read at most once a second, or
 * ten times in the shortest deadline if that is less, and only while somebody asks. Used
 * by one thread, the watch.
 */
class SendQueues {

	private static final Duration MAX_AGE = Duration.ofSeconds(1);

	private static final int LOOKS_PER_DEADLINE = 10;

	private final long maxAge;

	private final List<Path> tables;

	private Map<Ends, Long> unsent = Map.of();

	private boolean read;

	private long readAt;

	private long now;

	/**
	 * Create with what the system says.
	 * @param deadline the shortest time a client may take nothing
	 */
	SendQueues(Duration deadline) {
		this(deadline, List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6")));
	}

	SendQueues(Duration deadline, List<Path> tables) {
		this.maxAge = Math.min(deadline.dividedBy(LOOKS_PER_DEADLINE).toNanos(), MAX_AGE.toNanos());
		this.tables = tables;
	}

	/**
	 * A new look begins.
	 * @param now the time
	 */
	void at(long now) {
		this.now = now;
	}

	/**
	 * Whether what is said was read in this look, and not in an earlier one.
	 * @return whether it is as new as can be
	 */
	boolean isFresh() {
		return this.read && this.readAt == this.now;
	}

	/**
	 * Bytes the client has not acknowledged.
	 * @param connection the connection
	 * @return the number, or -1 if it is not known
	 */
	long unsent(GuardedConnection connection) {
		return unsent(connection.local(), connection.peer());
	}

	long unsent(InetSocketAddress local, InetSocketAddress peer) {
		if (!this.read || this.now - this.readAt >= this.maxAge) {
			this.unsent = readTables();
			this.readAt = this.now;
			this.read = true;
		}
		return this.unsent.getOrDefault(new Ends(local, peer), -1L);
	}

	private Map<Ends, Long> readTables() {
		Map<Ends, Long> result = new HashMap<>();
		for (Path table : this.tables) {
			try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
				lines.readLine();
				for (String line = lines.readLine(); line != null; line = lines.readLine()) {
					read(line, result);
				}
			}
			catch (IOException ex) {
				// Not Linux, or not allowed: not known.
			}
		}
		return result;
	}

	private static void read(String line, Map<Ends, Long> result) throws UnknownHostException {
		// sl local_address rem_address st tx_queue:rx_queue ...
		String[] fields = line.trim().split("\\s+", 6);
		try {
			result.put(new Ends(address(fields[1]), address(fields[2])), Long.parseLong(fields[4].substring(0, 8), 16));
		}
		catch (IndexOutOfBoundsException | NumberFormatException ex) {
			// Not as it was when this was written: not known.
		}
	}

	private static InetSocketAddress address(String field) throws UnknownHostException {
		int colon = field.indexOf(':');
		byte[] bytes = new byte[colon / 2];
		for (int index = 0; index < bytes.length; index++) {
			// Each group of four bytes stands in the order of a little-endian machine.
			int position = (index & ~3) + (3 - (index & 3));
			bytes[position] = (byte) Integer.parseInt(field, index * 2, index * 2 + 2, 16);
		}
		return new InetSocketAddress(InetAddress.getByAddress(bytes),
				Integer.parseInt(field, colon + 1, field.length(), 16));
	}

	private record Ends(InetSocketAddress local, InetSocketAddress peer) {

	}

}
