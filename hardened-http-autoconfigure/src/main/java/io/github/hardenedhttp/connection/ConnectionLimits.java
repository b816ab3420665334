package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import io.github.hardenedhttp.undertow.AcceptCeiling;
import io.github.hardenedhttp.undertow.Admission;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * Holds connections to their number. A newcomer for whom there is no room is not simply
 * refused: first somebody goes who waits for nothing, or makes the server wait, see
 * {@link ConnectionLedger#victim}. So whoever holds all connections, and does nothing
 * with them, keeps nobody out.
 * <p>
 * When file descriptors are short, whoever has opened them, there is room for fewer: then
 * those who wait go without being pushed, every newcomer has to take the place of
 * another, and what XNIO may accept on its own shrinks to what is left.
 */
final class ConnectionLimits implements Admission, AcceptCeiling, GuardWatch {

	// What XNIO accepts in one go (QueuedNioTcpServer2#handleReady).
	private static final int IN_ONE_GO = 128;

	// Descriptors that are left to everybody else when they are short, fewer if there are
	// hardly any for connections then.
	private static final int LEFT_TO_OTHERS = 48;

	private static final int LEFT_TO_OTHERS_AT_LEAST = 8;

	private static final int HARDLY_ANY = 24;

	private static final int LEAST_ROOM = 4;

	private static final Duration INTERVAL = Duration.ofMillis(200);

	private static final int LOOKS_REMEMBERED = 5;

	private final ConnectionLedger ledger;

	private final GuardMode mode;

	private final int max;

	private final String origin;

	private final int maxPerClient;

	private final @Nullable FileDescriptorPressure descriptors;

	private final ConnectionDescriptors each;

	// What others have open. Descriptors and connections are not counted at the same
	// moment: while connections come, too few seem to be the others'. So it is the most
	// of the last looks.
	private volatile long others;

	// Of the watch.

	private final long[] othersSeen = new long[LOOKS_REMEMBERED];

	private int looks;

	/**
	 * Create limits.
	 * @param ledger knows all connections
	 * @param mode whether they are enforced
	 * @param max how many connections there may be, as configured
	 * @param maxPerClient how many one client may have, 0 for no limit
	 * @param descriptors what is known of file descriptors
	 * @param each how many of them a connection takes, when it has shaken hands
	 */
	ConnectionLimits(ConnectionLedger ledger, GuardMode mode, ConnectionCap max, int maxPerClient,
			@Nullable FileDescriptorPressure descriptors, ConnectionDescriptors each) {
		this.ledger = ledger;
		this.mode = mode;
		long maxDescriptors = (descriptors != null) ? descriptors.max() : 0;
		this.max = max.connections(maxDescriptors, each);
		this.origin = max.origin(maxDescriptors, each);
		this.maxPerClient = maxPerClient;
		this.descriptors = descriptors;
		this.each = each;
		this.others = (descriptors != null) ? descriptors.open() : 0;
		Arrays.fill(this.othersSeen, this.others);
	}

	int max() {
		return this.max;
	}

	String origin() {
		return this.origin;
	}

	@Override
	public @Nullable CloseReason refuse(GuardedConnection newcomer) {
		if (this.maxPerClient > 0 && this.ledger.heldByClientOf(newcomer) > this.maxPerClient) {
			return CloseReason.LIMIT_CLIENT;
		}
		if (this.ledger.staying() <= maxNow()) {
			return null;
		}
		ConnectionLedger.Victim victim = this.ledger.victim(newcomer);
		if (victim == null) {
			return CloseReason.LIMIT_TOTAL;
		}
		victim.evict();
		return null;
	}

	/**
	 * How many there may be now: always fewer than XNIO accepts, for nobody makes room
	 * for a newcomer who is not accepted.
	 */
	private int maxNow() {
		int room = room();
		int now = Math.min(this.max, room - Math.min(IN_ONE_GO, room / 2));
		boolean hardlyAnyLeft = this.descriptors != null && this.descriptors.level() == Level.FAIL;
		return hardlyAnyLeft ? Math.min(ConnectionCap.LEAST, now) : now;
	}

	/**
	 * For how many there are descriptors, those on their way in and out included.
	 */
	private int room() {
		long room = (long) this.max + IN_ONE_GO;
		if (this.descriptors != null && this.descriptors.max() > 0) {
			long free = this.descriptors.max() - this.others;
			long left = Math.max(free - LEFT_TO_OTHERS, Math.min(free - LEFT_TO_OTHERS_AT_LEAST, HARDLY_ANY));
			room = Math.min(room, Math.max(left / this.each.number(), LEAST_ROOM));
		}
		return (int) Math.min(room, Integer.MAX_VALUE);
	}

	@Override
	public int connections() {
		return (this.mode == GuardMode.OBSERVE) ? Integer.MAX_VALUE : room();
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	/**
	 * Makes room when there is less than before.
	 */
	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		if (this.descriptors != null) {
			long connections = (long) this.ledger.open() * this.each.number();
			this.othersSeen[this.looks++ % LOOKS_REMEMBERED] = Math.max(0, this.descriptors.open() - connections);
			this.others = Arrays.stream(this.othersSeen).max().orElse(0);
		}
		for (int tooMany = this.ledger.staying() - maxNow(); tooMany > 0; tooMany--) {
			ConnectionLedger.Victim victim = this.ledger.victim(null);
			if (victim == null) {
				return;
			}
			victim.evict();
		}
	}

}
