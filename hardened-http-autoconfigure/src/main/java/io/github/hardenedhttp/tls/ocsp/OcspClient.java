package io.github.hardenedhttp.tls.ocsp;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Asks OCSP responders (RFC 6960, appendix A). Ten seconds and 64 KB are the most one of
 * them gets, however it sends; redirects are not followed.
 */
final class OcspClient {

	private static final int LARGEST = 64 * 1024;

	private final Duration limit;

	private final HttpClient http;

	OcspClient() {
		this(Duration.ofSeconds(10));
	}

	OcspClient(Duration limit) {
		this.limit = limit;
		this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(limit).build();
	}

	/**
	 * Asks, and waits for the answer.
	 * @param responder the address of the responder
	 * @param request the encoded request
	 * @return what was sent back, whatever it is
	 * @throws NoStapleException if nothing was
	 * @throws InterruptedException if the thread was interrupted
	 */
	byte[] ask(String responder, byte[] request) throws NoStapleException, InterruptedException {
		HttpRequest question = question(responder, request);
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		CompletableFuture<HttpResponse<Void>> answer = this.http.sendAsync(question,
				BodyHandlers.ofByteArrayConsumer((part) -> part.ifPresent((bytes) -> {
					// What is too large is cut, and then is no OCSP response.
					body.write(bytes, 0, Math.min(bytes.length, LARGEST - body.size()));
				})));
		try {
			int status = answer.get(this.limit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
			if (status != 200) {
				throw unreachable(responder, "answers with the status " + status, null);
			}
			return body.toByteArray();
		}
		catch (TimeoutException ex) {
			throw unreachable(responder, "does not answer within %d ms".formatted(this.limit.toMillis()), ex);
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw unreachable(responder, "cannot be reached (%s)".formatted(cause.getClass().getSimpleName()), cause);
		}
		finally {
			answer.cancel(true);
		}
	}

	private static HttpRequest question(String responder, byte[] request) throws NoStapleException {
		try {
			return HttpRequest.newBuilder(URI.create(responder))
				.header("Content-Type", "application/ocsp-request")
				.POST(BodyPublishers.ofByteArray(request))
				.build();
		}
		catch (IllegalArgumentException ex) {
			throw unreachable(responder, "has no address that begins with http:// or https://", ex);
		}
	}

	private static NoStapleException unreachable(String responder, String what, @Nullable Throwable cause) {
		return new NoStapleException("its responder '%s' %s".formatted(responder, what),
				"Let this machine reach it, or set '%s' to false".formatted(OcspStaples.PROPERTY), cause);
	}

}
