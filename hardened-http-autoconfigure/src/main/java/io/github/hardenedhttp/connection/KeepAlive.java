package io.github.hardenedhttp.connection;

import java.time.Duration;
import java.util.Collection;

import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure.Level;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardMode;
import io.github.hardenedhttp.undertow.GuardWatch;
import io.github.hardenedhttp.undertow.GuardedConnection;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection is kept alive between requests. One that is old, or has carried
 * many requests, is not: the client is told, and an HTTP/2 connection ends when it has
 * had no stream for a second. When file descriptors are short, nobody is, and who has
 * been idle for a while goes.
 */
final class KeepAlive implements GuardWatch {

	private static final Duration INTERVAL = Duration.ofMillis(250);

	private static final long IDLE_WHEN_SHORT = Duration.ofSeconds(5).toNanos();

	// For what was on its way when the client was told.
	private static final long IDLE_WHEN_TOLD = Duration.ofSeconds(1).toNanos();

	private final long maxAge;

	private final int maxRequests;

	private final GuardMode mode;

	private final @Nullable FileDescriptorPressure descriptors;

	/**
	 * Create with limits.
	 * @param maxAge how old a connection may become
	 * @param maxRequests how many requests it may carry
	 * @param mode whether they are enforced
	 * @param descriptors what is known of file descriptors
	 */
	KeepAlive(Duration maxAge, int maxRequests, GuardMode mode, @Nullable FileDescriptorPressure descriptors) {
		this.mode = mode;
		this.maxAge = maxAge.toNanos();
		this.maxRequests = maxRequests;
		this.descriptors = descriptors;
	}

	/**
	 * Why a connection should not be kept alive after the request that runs on it.
	 * @param connection the connection
	 * @param now the time of the guard's clock
	 * @return the reason, or {@code null} if it should be
	 */
	@Nullable CloseReason endsAfterRequest(GuardedConnection connection, long now) {
		if (connection.isMultiplexed() ? isOverdue(connection, now) : isWornOut(connection, now)) {
			return CloseReason.MAX_AGE;
		}
		return (areDescriptorsShort() && !connection.isMultiplexed()) ? CloseReason.IDLE : null;
	}

	/**
	 * Some clients give up all their streams when they are told to open no more of them
	 * (Java's own before JDK-8335181). So one whose connection is worn is told when it
	 * has no stream, and only if it always has one it is told all the same.
	 */
	private boolean isOverdue(GuardedConnection connection, long now) {
		return now - connection.openedAt() >= 2 * this.maxAge;
	}

	private boolean isWornOut(GuardedConnection connection, long now) {
		return connection.requests() >= this.maxRequests || now - connection.openedAt() >= this.maxAge;
	}

	private boolean areDescriptorsShort() {
		return this.descriptors != null && this.descriptors.level() != Level.NONE;
	}

	@Override
	public Duration interval() {
		return INTERVAL;
	}

	@Override
	public void look(Collection<GuardedConnection> open, long now) {
		boolean descriptorsShort = areDescriptorsShort();
		for (GuardedConnection connection : open) {
			if (connection.state() == ConnectionState.IDLE) {
				long since = connection.stateSince();
				if (isWornOut(connection, now)) {
					if (connection.isMultiplexed() && this.mode == GuardMode.ENFORCE) {
						connection.announceEnd();
					}
					boolean told = now - since >= IDLE_WHEN_TOLD && !connection.hearsOfItsEnd(now, IDLE_WHEN_TOLD);
					if (!connection.isMultiplexed() || told) {
						connection.endIfStill(ConnectionState.IDLE, since, CloseReason.MAX_AGE);
					}
				}
				else if (descriptorsShort && now - since >= IDLE_WHEN_SHORT) {
					connection.endIfStill(ConnectionState.IDLE, since, CloseReason.IDLE);
				}
			}
		}
	}

}
