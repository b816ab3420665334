package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import org.jspecify.annotations.Nullable;

/**
 * How long a connection may stay in each state.
 *
 * @param handshake in {@link ConnectionState#HANDSHAKE}
 * @param readHeader in {@link ConnectionState#REQUEST_HEADER}
 * @param idle in {@link ConnectionState#IDLE}
 * @param upgradedIdle in {@link ConnectionState#UPGRADED} without moving a byte
 */
record ConnectionTimeouts(Duration handshake, Duration readHeader, Duration idle, Duration upgradedIdle) {

	/**
	 * The time a state may last.
	 * @param state the state
	 * @return the time, or {@code null} if the state itself has no limit
	 */
	@Nullable Duration limit(ConnectionState state) {
		return switch (state) {
			case HANDSHAKE -> this.handshake;
			case REQUEST_HEADER -> this.readHeader;
			case IDLE -> this.idle;
			case UPGRADED -> this.upgradedIdle;
			case ACTIVE, CLOSED -> null;
		};
	}

	/**
	 * The reason of a connection that ends because a state lasted too long.
	 * @param state the state
	 * @return the reason
	 */
	CloseReason reason(ConnectionState state) {
		return switch (state) {
			case HANDSHAKE -> CloseReason.HANDSHAKE_TIMEOUT;
			case REQUEST_HEADER -> CloseReason.HEADER_TIMEOUT;
			case IDLE, UPGRADED, ACTIVE, CLOSED -> CloseReason.IDLE;
		};
	}

	Duration shortest() {
		return List.of(this.handshake, this.readHeader, this.idle, this.upgradedIdle)
			.stream()
			.min(Duration::compareTo)
			.orElseThrow();
	}

}
