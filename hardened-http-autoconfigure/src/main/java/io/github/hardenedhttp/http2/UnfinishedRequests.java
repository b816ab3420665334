package io.github.hardenedhttp.http2;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The requests of one HTTP/2 connection whose content has not come to its end, whatever
 * they were answered: what the client still sends may be on its way when the server has
 * done with the stream. Of those nobody works on any more only the latest are remembered,
 * as many as a client may have open, and not the names of their fields. Not thread-safe.
 */
final class UnfinishedRequests {

	private static final FieldNames FORGOTTEN = new FieldNames();

	private final Map<Integer, FieldNames> requests = new HashMap<>();

	private final Set<Integer> answered = new LinkedHashSet<>();

	private final long max;

	/**
	 * Create at the beginning of a connection.
	 * @param max the most to remember that are answered
	 */
	UnfinishedRequests(long max) {
		this.max = max;
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
	 * The server has sent the end of its response, or has reset the stream.
	 * @param stream the identifier of the stream
	 */
	void answered(int stream) {
		if (this.requests.remove(stream) != null) {
			this.answered.add(stream);
			if (this.answered.size() > this.max) {
				Iterator<Integer> eldest = this.answered.iterator();
				eldest.next();
				eldest.remove();
			}
		}
	}

	/**
	 * The client has sent the end of its request, or has reset it.
	 * @param stream the identifier of the stream
	 * @return the names it began with, none if it is answered, or {@code null} if no such
	 * request is known
	 */
	@Nullable FieldNames end(int stream) {
		FieldNames names = this.requests.remove(stream);
		return (names == null && this.answered.remove(stream)) ? FORGOTTEN : names;
	}

}
