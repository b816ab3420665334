package io.github.hardenedhttp.connection;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;

/**
 * All connections of one moment. The kinds add up to {@code open}, and {@code opened}
 * less all that are {@code closed} is {@code open}, too.
 *
 * @param open how many are open
 * @param opened how many were ever accepted, also if they were refused then
 * @param kinds those that are open, by listener, protocol and state
 * @param closed those that are closed, by the reason
 * @param rejected requests that were cut or refused, by the reason
 * @param spared what would have been ended in mode {@code observe}, by the reason
 */
record ConnectionCounts(int open, long opened, List<Kind> kinds, Map<CloseReason, Long> closed,
		Map<CloseReason, Long> rejected, Map<CloseReason, Long> spared) {

	/**
	 * The connections of two servers together.
	 * @param other those of a server with other listeners
	 * @return the sum
	 */
	ConnectionCounts plus(ConnectionCounts other) {
		return new ConnectionCounts(this.open + other.open, this.opened + other.opened,
				Stream.concat(this.kinds.stream(), other.kinds.stream()).toList(), sum(this.closed, other.closed),
				sum(this.rejected, other.rejected), sum(this.spared, other.spared));
	}

	private static Map<CloseReason, Long> sum(Map<CloseReason, Long> one, Map<CloseReason, Long> other) {
		Map<CloseReason, Long> sum = new EnumMap<>(one);
		other.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
		return sum;
	}

	long count(String listener, ConnectionProtocol protocol, ConnectionState state) {
		return this.kinds.stream()
			.filter((kind) -> kind.listener().equals(listener) && kind.protocol() == protocol && kind.state() == state)
			.mapToLong(Kind::count)
			.sum();
	}

	/**
	 * Connections that are alike.
	 *
	 * @param listener who accepted them
	 * @param protocol what is spoken
	 * @param state what they do
	 * @param count how many there are
	 */
	record Kind(String listener, ConnectionProtocol protocol, ConnectionState state, int count) {

		static Stream<Kind> all(String listener, int[][] counts) {
			List<Kind> kinds = new ArrayList<>();
			for (ConnectionProtocol protocol : ConnectionProtocol.values()) {
				for (ConnectionState state : ConnectionState.values()) {
					if (state != ConnectionState.CLOSED) {
						kinds.add(new Kind(listener, protocol, state, counts[protocol.ordinal()][state.ordinal()]));
					}
				}
			}
			return kinds.stream();
		}

	}

}
