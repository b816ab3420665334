package io.github.hardenedhttp.redirect;

import org.jspecify.annotations.Nullable;

/**
 * What a certificate authority may ask the plain HTTP listener for, to see that a name
 * leads here (HTTP-01, RFC 8555 section 8.3). With a bean of this type the listener
 * answers everything below {@code /.well-known/acme-challenge/} itself, with 404 where
 * there is no response, and redirects nobody from there. It is asked on an I/O thread, so
 * it must not block; what it answers may change while the server runs.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ChallengeResponses {

	/**
	 * The response to a challenge.
	 * @param token what stands behind the path, exactly as it was sent; anything a client
	 * can send
	 * @return the key authorization, or {@code null} if no such challenge is open
	 */
	@Nullable String keyAuthorization(String token);

}
