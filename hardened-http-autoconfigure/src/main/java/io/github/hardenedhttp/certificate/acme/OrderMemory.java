package io.github.hardenedhttp.certificate.acme;

import java.util.Optional;

/**
 * Remembers the order of one certificate from before it is issued until it is saved:
 * whenever the process is stopped, what was issued is not lost.
 */
interface OrderMemory {

	/**
	 * The order that was started last and whose certificate is not saved.
	 * @return the order, or empty if there is none
	 */
	Optional<StartedOrder> recall();

	/**
	 * Remembers an order, in place of the one before. To be called before the authority
	 * is asked to issue.
	 * @param order the order
	 */
	void remember(StartedOrder order);

}
