package io.github.hardenedhttp.sample;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a running sample says of its connections.
 *
 * @param open how many are open
 * @param opened how many were ever accepted
 * @param max how many there may be
 * @param closed how many were closed, by the reason
 * @param spared what it would have ended if it did not only observe, by the reason
 */
record Book(int open, long opened, int max, Map<String, Long> closed, Map<String, Long> spared) {

	private static final Set<String> BY_THE_CLIENT = Set.of("client", "io-error");

	/**
	 * Asks the management port.
	 * @param sample the sample
	 * @return the book at this moment
	 */
	static Book of(RunningSample sample) {
		try {
			JsonNode book = new ObjectMapper().readTree(Vitals.get(sample, "connections"));
			return new Book(book.required("open").asInt(), book.required("opened").asLong(),
					book.required("max").required("connections").asInt(), counts(book.required("closed")),
					counts(book.required("spared")));
		}
		catch (JsonProcessingException | IllegalArgumentException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Map<String, Long> counts(JsonNode counts) {
		Map<String, Long> byReason = new TreeMap<>();
		counts.properties().forEach((count) -> byReason.put(count.getKey(), count.getValue().asLong()));
		return byReason;
	}

	/**
	 * How many connections the server has ended.
	 * @return the sum over all reasons but the client's
	 */
	long cuts() {
		return this.closed.entrySet()
			.stream()
			.filter((reason) -> !BY_THE_CLIENT.contains(reason.getKey()))
			.mapToLong(Map.Entry::getValue)
			.sum();
	}

	/**
	 * What has come since.
	 * @param before an earlier book
	 * @return the differences; what is open is what is open now
	 */
	Book since(Book before) {
		return new Book(this.open, this.opened - before.opened, this.max, since(this.closed, before.closed),
				since(this.spared, before.spared));
	}

	private static Map<String, Long> since(Map<String, Long> now, Map<String, Long> before) {
		Map<String, Long> since = new TreeMap<>(now);
		since.replaceAll((reason, count) -> count - before.getOrDefault(reason, 0L));
		since.values().removeIf((count) -> count == 0);
		return since;
	}

}
