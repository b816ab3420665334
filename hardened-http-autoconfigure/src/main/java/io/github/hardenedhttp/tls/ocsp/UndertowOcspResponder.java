package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * The responder JSSE asks: on the loopback address, on a free port, with one thread. It
 * answers at once with what is there, or with {@code tryLater}. What it says is public
 * and signed by the authority, so that nobody on this machine learns or gains anything.
 */
final class UndertowOcspResponder {

	private static final long LARGEST_REQUEST = 16 * 1024;

	// For each thing there is to wait for
	private static final int PATIENCE_MILLIS = 1000;

	private final Undertow undertow;

	private final URI address;

	private UndertowOcspResponder(Undertow undertow, URI address) {
		this.undertow = undertow;
		this.address = address;
	}

	/**
	 * Opens the port.
	 * @param answers what to say
	 * @return the open responder
	 */
	static UndertowOcspResponder open(Answers answers) {
		String loopback = InetAddress.getLoopbackAddress().getHostAddress();
		Undertow undertow = Undertow.builder()
			.addHttpListener(0, loopback)
			.setIoThreads(1)
			.setWorkerThreads(1)
			.setServerOption(UndertowOptions.MAX_ENTITY_SIZE, LARGEST_REQUEST)
			.setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, PATIENCE_MILLIS)
			.setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PATIENCE_MILLIS)
			// Else Undertow.stop waits for its threads without an end.
			.setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, PATIENCE_MILLIS)
			.setHandler((exchange) -> handle(exchange, answers))
			.build();
		undertow.start();
		int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
		try {
			return new UndertowOcspResponder(undertow, new URI("http", null, loopback, port, "/", null, null));
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	URI address() {
		return this.address;
	}

	void close() {
		this.undertow.stop();
	}

	/**
	 * JSSE sends short requests in the path (RFC 6960, appendix A.1).
	 */
	private static void handle(HttpServerExchange exchange, Answers answers) {
		if (exchange.getRequestMethod().equals(Methods.POST)) {
			exchange.getIoThread().executeAfter(() -> cut(exchange), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
			exchange.getRequestReceiver().receiveFullBytes((whole, request) -> answer(whole, request, answers));
		}
		else {
			answer(exchange, inPath(exchange.getRequestURI()), answers);
		}
	}

	private static void cut(HttpServerExchange exchange) {
		if (!exchange.isComplete()) {
			IoUtils.safeClose(exchange.getConnection());
		}
	}

	private static byte[] inPath(String path) {
		try {
			return Base64.getDecoder().decode(URLDecoder.decode(path.substring(1), StandardCharsets.US_ASCII));
		}
		catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
			return new byte[0];
		}
	}

	private static void answer(HttpServerExchange exchange, byte[] request, Answers answers) {
		try {
			OCSPResp answer = answers.about(new OCSPReq(request).getRequestList()[0].getCertID());
			OCSPResp response = (answer != null) ? answer
					: new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null);
			exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/ocsp-response");
			exchange.getResponseSender().send(ByteBuffer.wrap(response.getEncoded()));
		}
		catch (IOException | OCSPException | RuntimeException ex) {
			exchange.setStatusCode(StatusCodes.BAD_REQUEST).endExchange();
		}
	}

	/**
	 * What can be answered now.
	 */
	interface Answers {

		/**
		 * Looks for an answer, without waiting for anybody.
		 * @param id which certificate is asked about
		 * @return what the authority has said, or {@code null}
		 */
		@Nullable OCSPResp about(CertificateID id);

	}

}
