package io.github.hardenedhttp.certificate.acme;

import java.net.http.HttpClient;
import java.time.Duration;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/**
 * Connects to the authority as acme4j does, but trusts whom it is told to.
 */
final class AuthorityConnector extends GenericAcmeProvider {

	private final @Nullable SSLContext trust;

	private final Duration timeout;

	/**
	 * Creates a connector.
	 * @param trust whom to trust, or {@code null} for whom Java trusts
	 * @param timeout how long a connection attempt, and then an answer, may take
	 */
	AuthorityConnector(@Nullable SSLContext trust, Duration timeout) {
		this.trust = trust;
		this.timeout = timeout;
	}

	@Override
	public HttpClient createHttpClient(NetworkSettings settings) {
		settings.setTimeout(this.timeout);
		HttpClient.Builder client = HttpClient.newBuilder()
			.followRedirects(HttpClient.Redirect.NORMAL)
			.connectTimeout(this.timeout)
			.proxy(settings.getProxySelector());
		if (settings.getAuthenticator() != null) {
			client.authenticator(settings.getAuthenticator());
		}
		if (this.trust != null) {
			client.sslContext(this.trust);
		}
		return client.build();
	}

}
