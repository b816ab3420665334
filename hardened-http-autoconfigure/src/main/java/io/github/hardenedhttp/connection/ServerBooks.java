package io.github.hardenedhttp.connection;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.hardenedhttp.undertow.ServerRole;

/**
 * The books of all servers of an application, also read as one: in each of them the sums
 * hold at every moment, so they hold for all. Thread-safe.
 */
final class ServerBooks {

	private final List<ServerBook> books = new CopyOnWriteArrayList<>();

	private final List<Consumer<String>> listenerListeners = new CopyOnWriteArrayList<>();

	/**
	 * Takes in the book of a server, before it listens.
	 * @param book the book
	 */
	void add(ServerBook book) {
		this.books.add(book);
		book.ledger()
			.whenListening((listener) -> this.listenerListeners.forEach((consumer) -> consumer.accept(listener)));
	}

	Stream<ServerBook> all() {
		return this.books.stream();
	}

	/**
	 * The book of one server.
	 * @param role which server
	 * @return its book, if there is such a server
	 */
	Optional<ServerBook> of(ServerRole role) {
		return all().filter((book) -> book.role() == role).findFirst();
	}

	/**
	 * Asks to be told of each listener that starts from now on.
	 * @param consumer gets its name, once
	 */
	void whenListening(Consumer<String> consumer) {
		this.listenerListeners.add(consumer);
	}

	List<String> listeners() {
		return all().flatMap((book) -> book.ledger().listeners().stream()).toList();
	}

	/**
	 * What stands in all books.
	 * @return the sum
	 */
	ConnectionCounts counts() {
		return all().map((book) -> book.ledger().counts()).reduce(ConnectionCounts::plus).orElseThrow();
	}

}
