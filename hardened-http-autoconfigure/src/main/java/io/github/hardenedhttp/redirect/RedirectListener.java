package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.undertow.Guard;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * A listening socket that speaks plain HTTP/1.x on one I/O thread of its own.
 * <p>
 * Every connection is closed at its deadline, counted from its accept, whatever it has
 * done until then. This is why the listener is put together here, from the parts
 * {@code Undertow#start} uses: that has no place for such a deadline, and its timeouts
 * leave gaps. They start anew with the header and with each byte of a body, a malformed
 * {@code Host} makes Undertow's own {@code HostHeaderHandler} wait for the end of the
 * body, and after an answer the client has another ten seconds to close
 * ({@code ConnectionUtils#cleanClose}).
 */
final class RedirectListener {

	static final Duration DEADLINE = Duration.ofSeconds(5);

	// As of the other listeners; the kernel shortens it to what it allows.
	private static final int BACKLOG = 4096;

	private static final int MAX_HEADER_SIZE = 8 * 1024;

	private final AcceptingChannel<StreamConnection> server;

	private RedirectListener(AcceptingChannel<StreamConnection> server) {
		this.server = server;
	}

	/**
	 * Starts to listen. If that fails no socket and no thread is left.
	 * @param guard the guard of all connections
	 * @param address where to listen; port 0 is any free one
	 * @param handler what answers the requests, on the I/O thread
	 * @param deadline how long a connection may last
	 * @return the listener
	 * @throws IOException if the address cannot be bound
	 */
	static RedirectListener start(Guard guard, InetSocketAddress address, HttpHandler handler, Duration deadline)
			throws IOException {
		ByteBufferPool buffers = new DefaultByteBufferPool(false, MAX_HEADER_SIZE);
		HttpOpenListener http = new HttpOpenListener(buffers, httpOptions());
		http.setRootHandler(handler);
		XnioWorker worker = guard.newWorker(workerOptions(), "redirect");
		AcceptingChannel<StreamConnection> server = worker.createStreamConnectionServer(address,
				ChannelListeners.openListenerAdapter((connection) -> {
					closeAfter(deadline, connection);
					http.handleEvent(connection);
				}), socketOptions());
		server.resumeAccepts();
		return new RedirectListener(server);
	}

	/**
	 * The size of bodies has no limit, since the deadline limits them: at a limit
	 * {@code ChunkedStreamSourceConduit} prints a stack trace.
	 */
	private static OptionMap httpOptions() {
		return OptionMap.builder()
			.set(UndertowOptions.ENABLE_HTTP2, false)
			.set(UndertowOptions.DECODE_URL, false)
			.set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_SIZE)
			.set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
			.getMap();
	}

	private static OptionMap workerOptions() {
		return OptionMap.builder()
			.set(Options.WORKER_NAME, "redirect")
			.set(Options.WORKER_IO_THREADS, 1)
			.set(Options.WORKER_TASK_CORE_THREADS, 1)
			.set(Options.WORKER_TASK_MAX_THREADS, 1)
			.getMap();
	}

	private static OptionMap socketOptions() {
		return OptionMap.builder()
			.set(Options.REUSE_ADDRESSES, true)
			.set(Options.TCP_NODELAY, true)
			.set(Options.BACKLOG, BACKLOG)
			.getMap();
	}

	/**
	 * Called on the connection's I/O thread, where everything happens to it.
	 */
	private static void closeAfter(Duration deadline, StreamConnection connection) {
		try {
			XnioExecutor.Key timer = connection.getIoThread()
				.executeAfter(() -> IoUtils.safeClose(connection), deadline.toNanos(), TimeUnit.NANOSECONDS);
			connection.setCloseListener((closed) -> timer.remove());
		}
		catch (RejectedExecutionException ex) {
			// The listener was stopped in this moment.
			IoUtils.safeClose(connection);
		}
	}

	int port() {
		return this.server.getLocalAddress(InetSocketAddress.class).getPort();
	}

	/**
	 * Closes the socket and all its connections, and ends the thread.
	 */
	void stop() {
		IoUtils.safeClose(this.server);
	}

}
