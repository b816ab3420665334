package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import io.github.hardenedhttp.undertow.AcceptCeiling;
import io.github.hardenedhttp.undertow.Admission;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * Holds connections to their number. A newcomer for whom there is no room is not simply
 * refused: first somebody goes who waits for nothing, or makes the server wait, see
 * {@link ConnectionLedger#victim}. So whoever holds all connections, and does nothing
 * with them, keeps nobody out.
 * <p>
 * When file descriptors are short, whoever has opened them, every newcomer has to take
 * the place of another, and what XNIO may accept on its own shrinks to what is left.
 */
final class ConnectionLimits implements Admission, AcceptCeiling {

	// What XNIO accepts in one go (QueuedNioTcpServer2#handleReady).
	private static final int IN_ONE_GO = 128;

	private static final int LEAST_IN_ONE_GO = 16;

	// Descriptors that are left to everybody else when they are short.
	private static final int LEFT_TO_OTHERS = 32;

	private final ConnectionLedger ledger;

	private final GuardMode mode;

	private final int max;

	private final String origin;

	private final int maxPerClient;

	private final @Nullable FileDescriptorPressure descriptors;

	/**
	 * Create limits.
	 * @param ledger knows all connections
	 * @param mode whether they are enforced
	 * @param max how many connections there may be, as configured
	 * @param maxPerClient how many one client may have, 0 for no limit
	 * @param descriptors what is known of file descriptors
	 */
	ConnectionLimits(ConnectionLedger ledger, GuardMode mode, ConnectionCap max, int maxPerClient,
			@Nullable FileDescriptorPressure descriptors) {
		this.ledger = ledger;
		this.mode = mode;
		long maxDescriptors = (descriptors != null) ? descriptors.max() : 0;
		this.max = max.connections(maxDescriptors);
		this.origin = max.origin(maxDescriptors);
		this.maxPerClient = maxPerClient;
		this.descriptors = descriptors;
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
		ConnectionLedger.Victim victim = this.ledger.victim(newcomer, this.mode == GuardMode.ENFORCE);
		if (victim == null) {
			return CloseReason.LIMIT_TOTAL;
		}
		victim.evict();
		return null;
	}

	private int maxNow() {
		boolean hardlyAnyLeft = this.descriptors != null && this.descriptors.level() == Level.FAIL;
		return hardlyAnyLeft ? Math.min(ConnectionCap.LEAST, this.max) : this.max;
	}

	@Override
	public int connections() {
		if (this.mode == GuardMode.OBSERVE) {
			return Integer.MAX_VALUE;
		}
		long ceiling = (long) this.max + IN_ONE_GO;
		if (this.descriptors != null && this.descriptors.max() > 0) {
			long free = this.descriptors.max() - this.descriptors.open();
			ceiling = Math.min(ceiling, this.ledger.open() + Math.max(LEAST_IN_ONE_GO, free - LEFT_TO_OTHERS));
		}
		return (int) Math.min(ceiling, Integer.MAX_VALUE);
	}

}
