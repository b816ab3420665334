package io.github.hardenedhttp.certificate.acme;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hardenedhttp.redirect.ChallengeResponses;
import org.jspecify.annotations.Nullable;

/**
 * The challenges an order waits for at this moment. Written by the thread that orders,
 * read by I/O threads.
 */
final class OpenChallenges implements ChallengeResponses {

	private final Map<String, String> keyAuthorizations = new ConcurrentHashMap<>();

	@Override
	public @Nullable String keyAuthorization(String token) {
		return this.keyAuthorizations.get(token);
	}

	void open(String token, String keyAuthorization) {
		this.keyAuthorizations.put(token, keyAuthorization);
	}

	void close(String token) {
		this.keyAuthorizations.remove(token);
	}

}
