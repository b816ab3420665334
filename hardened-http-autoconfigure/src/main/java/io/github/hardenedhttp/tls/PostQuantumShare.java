package io.github.hardenedhttp.tls;

import java.util.OptionalDouble;

/**
 * How many handshakes are safe against a future quantum computer. Thread-safe.
 */
interface PostQuantumShare {

	/**
	 * The share of those that succeeded and whose group is known.
	 * @return from 0 to 1, or nothing if there was no such handshake
	 */
	OptionalDouble ofHandshakes();

}
