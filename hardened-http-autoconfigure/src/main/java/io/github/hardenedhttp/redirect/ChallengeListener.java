package io.github.hardenedhttp.redirect;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.github.hardenedhttp.undertow.Guard;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Holds the port of the redirect listener before there is a server to redirect to:
 * answers challenges, and everything else with 503. To be closed before the redirect
 * listener starts.
 *
 * @since 0.1.0
 */
public final class ChallengeListener implements AutoCloseable {

	private final RedirectListener listener;

	private ChallengeListener(RedirectListener listener) {
		this.listener = listener;
	}

	/**
	 * Starts to listen.
	 * @param guard the guard of all connections
	 * @param address the address to listen on, or {@code null} for all
	 * @param policy says on which port; there must be one
	 * @param responses what is answered
	 * @return the listener
	 */
	public static ChallengeListener open(Guard guard, @Nullable InetAddress address, RedirectPolicy policy,
			ChallengeResponses responses) {
		Integer port = policy.port();
		if (port == null) {
			throw new IllegalArgumentException("There is no port to listen on");
		}
		InetSocketAddress socketAddress = (address != null) ? new InetSocketAddress(address, port)
				: new InetSocketAddress(port);
		return new ChallengeListener(RedirectServer.listen(guard, socketAddress,
				new ChallengeHandler(responses, ChallengeListener::notYet), RedirectListener.DEADLINE));
	}

	private static void notYet(HttpServerExchange exchange) {
		exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
		exchange.setResponseContentLength(0);
		exchange.setPersistent(false);
		Connectors.terminateRequest(exchange);
		exchange.endExchange();
	}

	int port() {
		return this.listener.port();
	}

	@Override
	public void close() {
		this.listener.stop();
	}

}
