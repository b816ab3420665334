package io.github.hardenedhttp.http2;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The requests of one HTTP/2 connection whose content has not come to its end, whatever
 * they were answered: what the client still sends may be on its way when the server has
 * done with the stream. With more of them than a client may have open the oldest is
 * forgotten. Not thread-safe.
 */
final class UnfinishedRequests {

	private final Map<Integer, FieldNames> requests;

	/**
	 * Create at the beginning of a connection.
	 * @param max the most to remember
	 */
	UnfinishedRequests(long max) {
		this.requests = new LinkedHashMap<>() {

			@Override
			protected boolean removeEldestEntry(Map.Entry<Integer, FieldNames> eldest) {
				return size() > max;
			}

		};
	}

	/**
	 * A request has begun, and content is to follow.
	 * @param stream the identifier of the stream
	 * @param names the names of its fields
	 */
	void begin(int stream, FieldNames names) {
		this.requests.put(stream, names);
	}

	/**
	 * The client has sent the end of its request, or has reset it.
	 * @param stream the identifier of the stream
	 * @return the names it began with, or {@code null} if no such request is known
	 */
	@Nullable FieldNames end(int stream) {
		return this.requests.remove(stream);
	}

}
