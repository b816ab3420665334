package io.github.hardenedhttp.connection;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The books of all servers of an application, read as one. In each of them the sums hold
 * at every moment, so they hold here, too.
 */
final class ConnectionLedgers {

	private final List<ConnectionLedger> ledgers = new CopyOnWriteArrayList<>();

	private final List<Consumer<String>> listenerListeners = new CopyOnWriteArrayList<>();

	/**
	 * Takes in the book of a server, before it listens.
	 * @param ledger the book
	 * @return the same
	 */
	ConnectionLedger add(ConnectionLedger ledger) {
		this.ledgers.add(ledger);
		ledger.whenListening((listener) -> this.listenerListeners.forEach((consumer) -> consumer.accept(listener)));
		return ledger;
	}

	/**
	 * Asks to be told of each listener that starts from now on.
	 * @param consumer gets its name, once
	 */
	void whenListening(Consumer<String> consumer) {
		this.listenerListeners.add(consumer);
	}

	List<String> listeners() {
		return this.ledgers.stream().flatMap((ledger) -> ledger.listeners().stream()).toList();
	}

	/**
	 * What stands in the books.
	 * @return the sum of all
	 */
	ConnectionCounts counts() {
		return this.ledgers.stream().map(ConnectionLedger::counts).reduce(ConnectionCounts::plus).orElseThrow();
	}

	/**
	 * The clients that hold the most connections.
	 * @param most how many clients at most
	 * @return their numbers of connections, the heaviest first
	 */
	List<Map.Entry<Client, Integer>> heaviest(int most) {
		Map<Client, Integer> held = new HashMap<>();
		this.ledgers
			.forEach((ledger) -> ledger.held().forEach((client, count) -> held.merge(client, count, Integer::sum)));
		return held.entrySet()
			.stream()
			.sorted(Map.Entry.<Client, Integer>comparingByValue().reversed())
			.limit(most)
			.toList();
	}

}
