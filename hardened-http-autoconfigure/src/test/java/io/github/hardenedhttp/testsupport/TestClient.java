package io.github.hardenedhttp.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A client of one connection that sends exactly what it is told to, over TCP or TLS. It
 * trusts every certificate. Reading fails after 20 seconds without a byte.
 */
public final class TestClient implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

	private final Socket tcp;

	private final Socket socket;

	private long sent;

	private long received;

	private TestClient(Socket tcp, Socket socket) {
		this.tcp = tcp;
		this.socket = socket;
	}

	public static TestClient plain(int port) throws IOException {
		Socket tcp = connect(port);
		return new TestClient(tcp, tcp);
	}

	public static TestClient tls(int port) throws IOException {
		return tls(port, trustingAnybody(), (parameters) -> {
		});
	}

	public static TestClient tls(int port, Consumer<SSLParameters> parameters) throws IOException {
		return tls(port, trustingAnybody(), parameters);
	}

	/**
	 * Connects and shakes hands.
	 * @param port the port of the server
	 * @param context the TLS context
	 * @param parameters what is offered, for changing
	 * @return a connected client
	 * @throws IOException if the handshake fails
	 */
	public static TestClient tls(int port, SSLContext context, Consumer<SSLParameters> parameters) throws IOException {
		Socket tcp = connect(port);
		try {
			SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", port, true);
			SSLParameters offer = tls.getSSLParameters();
			parameters.accept(offer);
			tls.setSSLParameters(offer);
			tls.startHandshake();
			return new TestClient(tcp, tls);
		}
		catch (IOException ex) {
			tcp.close();
			throw ex;
		}
	}

	private static Socket connect(int port) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
		socket.setSoTimeout((int) PATIENCE.toMillis());
		return socket;
	}

	/**
	 * A TLS context that accepts every server.
	 * @param own the client's own certificates
	 * @return the context
	 */
	public static SSLContext trustingAnybody(KeyManager... own) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(own, new TrustManager[] { new TrustEverything() }, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A TLS context that accepts every server and shows it a certificate, whosever it
	 * asks for.
	 * @param certificate the client's certificate
	 * @return the context
	 */
	public static SSLContext showing(TestCertificates certificate) {
		return trustingAnybody(new ShownCertificate(certificate));
	}

	/**
	 * The client of the JDK, with HTTP/2.
	 * @return a client that trusts every certificate
	 */
	public static HttpClient http2() {
		return HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_2)
			.sslContext(trustingAnybody())
			.connectTimeout(PATIENCE)
			.build();
	}

	public static HttpRequest get(int port, String path) {
		return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).timeout(PATIENCE).build();
	}

	public TestClient send(String text) throws IOException {
		return send(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	public TestClient send(byte[] bytes) throws IOException {
		this.socket.getOutputStream().write(bytes);
		this.socket.getOutputStream().flush();
		this.sent += bytes.length;
		return this;
	}

	/**
	 * Sends a GET request that leaves the connection open.
	 * @param path the path
	 * @return the whole response
	 * @throws IOException if there is no complete response
	 */
	public String get(String path) throws IOException {
		return send("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path)).readResponse();
	}

	/**
	 * Reads a head and, if it announces a length, the body.
	 * @return head and body
	 * @throws IOException if there is no complete response
	 */
	public String readResponse() throws IOException {
		ByteArrayOutputStream response = new ByteArrayOutputStream();
		InputStream in = this.socket.getInputStream();
		int missing = -1;
		while (missing != 0) {
			int next = in.read();
			if (next == -1) {
				throw new IOException("closed after: " + response.toString(StandardCharsets.ISO_8859_1));
			}
			this.received++;
			response.write(next);
			if (missing > 0) {
				missing--;
			}
			else if (next == '\n') {
				String head = response.toString(StandardCharsets.ISO_8859_1);
				if (head.endsWith("\r\n\r\n")) {
					Matcher length = CONTENT_LENGTH.matcher(head);
					missing = length.find() ? Integer.parseInt(length.group(1)) : 0;
				}
			}
		}
		return response.toString(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Reads to the end, whether it is clean or not.
	 * @return what the server still sent
	 */
	public String readToEnd() {
		ByteArrayOutputStream rest = new ByteArrayOutputStream();
		try {
			InputStream in = this.socket.getInputStream();
			for (int next = in.read(); next != -1; next = in.read()) {
				rest.write(next);
			}
		}
		catch (java.net.SocketTimeoutException ex) {
			throw new AssertionError("the server did not close the connection", ex);
		}
		catch (IOException ex) {
			// a reset, or the end of TLS without close_notify
		}
		return rest.toString(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Ends the connection with a reset, without a word of TLS. If the client of TLS has
	 * already closed it, as it does when it is told of a failure, there is nothing to do.
	 * @throws IOException if that fails
	 */
	public void reset() throws IOException {
		if (!this.tcp.isClosed()) {
			this.tcp.setSoLinger(true, 0);
			this.tcp.close();
		}
	}

	public void disconnect() throws IOException {
		this.socket.close();
	}

	public void renegotiate() throws IOException {
		((SSLSocket) this.socket).startHandshake();
	}

	public SSLSession session() {
		return ((SSLSocket) this.socket).getSession();
	}

	public String applicationProtocol() {
		return ((SSLSocket) this.socket).getApplicationProtocol();
	}

	public X509Certificate serverCertificate() throws IOException {
		return (X509Certificate) session().getPeerCertificates()[0];
	}

	public int localPort() {
		return this.socket.getLocalPort();
	}

	public long sent() {
		return this.sent;
	}

	public long received() {
		return this.received;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	private static final class TrustEverything extends X509ExtendedTrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
