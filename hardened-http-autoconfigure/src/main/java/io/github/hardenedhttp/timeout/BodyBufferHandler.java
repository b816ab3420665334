package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.util.Headers;
import io.undertow.util.AttachmentKey;
import io.undertow.util.ImmediatePooledByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads the beginning of a request body on the I/O thread before the request takes a
 * worker: a client that sends slowly holds no thread. What is longer than the limit is
 * read by the application as it comes.
 * <p>
 * What is held for all clients together has a limit, too, and a body counts until the
 * application has the request. Beyond the limit requests go to the workers unread: slow
 * clients can take threads then, but no memory.
 * <p>
 * Whoever comes after it can no longer wrap the request channel
 * ({@code HttpServerExchange#addRequestWrapper}).
 */
final class BodyBufferHandler implements HttpHandler {

	/**
	 * What an exchange holds of its body, if anything.
	 */
	static final AttachmentKey<Body> BUFFERED = AttachmentKey.create(Body.class);

	private static final int SCRATCH_BYTES = 16 * 1024;

	private static final int SMALLEST_BUFFER = 512;

	private static final int CONTINUE_BYTES = "HTTP/1.1 100 Continue\r\n\r\n".length();

	private static final ThreadLocal<ByteBuffer> scratch = ThreadLocal
		.withInitial(() -> ByteBuffer.allocateDirect(SCRATCH_BYTES));

	private final int limit;

	private final BodyMemory memory;

	private final HttpHandler next;

	BodyBufferHandler(int limit, BodyMemory memory, HttpHandler next) {
		this.limit = limit;
		this.memory = memory;
		this.next = next;
	}

	@Override
	public void handleRequest(HttpServerExchange exchange) throws Exception {
		if (exchange.isRequestComplete() || !fits(exchange)) {
			this.next.handleRequest(exchange);
		}
		else if (HttpContinue.requiresContinueResponse(exchange)) {
			continueFirst(exchange);
		}
		else {
			start(exchange);
		}
	}

	/**
	 * Bodies the server will refuse go on unread. The servlet container raises the limit
	 * for multipart requests later, and it decides what the answer is.
	 */
	private boolean fits(HttpServerExchange exchange) {
		long max = exchange.getMaxEntitySize();
		long length = exchange.getRequestContentLength();
		return max <= 0 || ((length >= 0) ? length <= max : max >= this.limit);
	}

	/**
	 * A client that waits for "100 Continue" sends no body before. With the header gone
	 * nobody answers a second time. Here also where the body is not read: the servlet
	 * container would have a worker wait until the client takes it, without a deadline
	 * ({@code HttpContinueReadHandler}).
	 */
	private void continueFirst(HttpServerExchange exchange) throws Exception {
		if (Http2Continue.isFor(exchange)) {
			Http2Continue.send(exchange);
			exchange.getRequestHeaders().remove(Headers.EXPECT);
			start(exchange);
			return;
		}
		Continued continued = new Continued(exchange);
		HttpContinue.sendContinueResponse(exchange, continued);
		if (continued.comeBack()) {
			start(exchange);
		}
	}

	/**
	 * Goes on when "100 Continue" is sent. That is mostly at once: then this is still the
	 * call of the handler, and the handler goes on. Else the client has left no room for
	 * it, which is waited for like room for a response, and it is a call on some worker.
	 */
	private final class Continued implements IoCallback {

		private final HttpServerExchange exchange;

		private final @Nullable ExchangeDeadlines deadlines;

		private boolean sentAtOnce;

		// Guarded by "this".

		private boolean over;

		private boolean waits;

		Continued(HttpServerExchange exchange) {
			this.exchange = exchange;
			this.deadlines = exchange.getAttachment(ExchangeDeadlines.KEY);
		}

		/**
		 * The call that sends has returned.
		 * @return whether all is sent
		 */
		synchronized boolean comeBack() {
			if (!this.over) {
				this.waits = true;
				if (this.deadlines != null) {
					this.deadlines.write().waitingBegins(this.deadlines.now());
					this.deadlines.whenCut(this::giveUp);
				}
			}
			return this.sentAtOnce;
		}

		@Override
		public void onComplete(HttpServerExchange exchange, Sender sender) {
			exchange.getRequestHeaders().remove(Headers.EXPECT);
			if (ends()) {
				if (this.deadlines != null) {
					// So that nobody looks after a client that was slow for a moment.
					this.deadlines.write().payBack(CONTINUE_BYTES, this.deadlines.now());
				}
				exchange.dispatch(exchange.getIoThread(), BodyBufferHandler.this::start);
			}
			else {
				this.sentAtOnce = true;
			}
		}

		@Override
		public void onException(HttpServerExchange exchange, Sender sender, IOException ex) {
			ends();
			exchange.endExchange();
		}

		/**
		 * Nobody takes this back: when it is sent somebody else has the request.
		 */
		private void giveUp() {
			if (ends()) {
				IoUtils.safeClose(this.exchange.getConnection());
				this.exchange.endExchange();
			}
		}

		/**
		 * It is sent, or will never be.
		 * @return whether it was waited for until now
		 */
		private synchronized boolean ends() {
			boolean waited = this.waits && !this.over;
			this.over = true;
			if (waited && this.deadlines != null) {
				this.deadlines.write().waitingEnds(this.deadlines.now());
			}
			return waited;
		}

	}

	private void start(HttpServerExchange exchange) throws Exception {
		StreamSourceChannel channel = (this.limit == 0 || this.memory.isFull()) ? null : exchange.getRequestChannel();
		if (channel == null) {
			this.next.handleRequest(exchange);
			return;
		}
		Body body = new Body(exchange, channel);
		try {
			if (!body.read()) {
				body.readOn();
				return;
			}
		}
		catch (RequestTooBigException ex) {
			body.release();
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			// Not a body, for example: a broken chunk.
			body.giveUp();
			return;
		}
		body.handBack();
		this.next.handleRequest(exchange);
	}

	/**
	 * The body of one request. Only the I/O thread of its connection comes here, except
	 * to {@link #release}.
	 */
	final class Body {

		private final HttpServerExchange exchange;

		private final StreamSourceChannel channel;

		private byte[] bytes;

		private int count;

		private boolean done;

		private final AtomicBoolean released = new AtomicBoolean();

		Body(HttpServerExchange exchange, StreamSourceChannel channel) {
			this.exchange = exchange;
			this.channel = channel;
			long length = exchange.getRequestContentLength();
			this.bytes = hold(new byte[(int) Math.min((length >= 0) ? length : SMALLEST_BUFFER, SMALLEST_BUFFER)]);
		}

		private byte[] hold(byte[] array) {
			BodyBufferHandler.this.memory.add(array.length);
			return array;
		}

		/**
		 * Reads what is there.
		 * @return whether that is enough: all of the body, or as much as may be held
		 */
		boolean read() throws IOException {
			ByteBuffer buffer = scratch.get();
			while (this.count < BodyBufferHandler.this.limit) {
				buffer.clear().limit(Math.min(buffer.capacity(), BodyBufferHandler.this.limit - this.count));
				int read = this.channel.read(buffer);
				if (read < 0) {
					return true;
				}
				if (read == 0) {
					return false;
				}
				append(buffer.flip());
			}
			return true;
		}

		private void append(ByteBuffer buffer) {
			int needed = this.count + buffer.remaining();
			if (needed > this.bytes.length) {
				int grown = Math.min(Math.max(needed, this.bytes.length * 2), BodyBufferHandler.this.limit);
				byte[] larger = Arrays.copyOf(this.bytes, grown);
				BodyBufferHandler.this.memory.add(grown - this.bytes.length);
				this.bytes = larger;
			}
			int length = buffer.remaining();
			buffer.get(this.bytes, this.count, length);
			this.count += length;
		}

		/**
		 * Gives the bytes back to the exchange, as if nobody had read them. They count
		 * until the application begins, or until there is nothing left to begin with.
		 */
		void handBack() {
			this.done = true;
			if (this.count == 0) {
				release();
			}
			else {
				this.exchange.putAttachment(BUFFERED, this);
				this.exchange.addExchangeCompleteListener((ended, nextListener) -> {
					release();
					nextListener.proceed();
				});
				Connectors.ungetRequestBytes(this.exchange,
						new ImmediatePooledByteBuffer(ByteBuffer.wrap(this.bytes, 0, this.count)));
			}
			Connectors.resetRequestChannel(this.exchange);
		}

		int count() {
			return this.count;
		}

		/**
		 * The bytes no longer count. For any thread; again has no effect.
		 */
		void release() {
			if (this.released.compareAndSet(false, true)) {
				BodyBufferHandler.this.memory.add(-this.bytes.length);
			}
		}

		void readOn() {
			ExchangeDeadlines deadlines = this.exchange.getAttachment(ExchangeDeadlines.KEY);
			if (deadlines != null) {
				// HTTP/2 does not call the listeners of a stream whose connection was
				// reset.
				deadlines.whenCut(this::giveUp);
			}
			this.channel.getReadSetter().set((readable) -> readAndGoOn());
			this.channel.resumeReads();
		}

		private void readAndGoOn() {
			if (this.done) {
				return;
			}
			try {
				if (read()) {
					this.channel.suspendReads();
					this.channel.getReadSetter().set(null);
					handBack();
					Connectors.executeRootHandler(BodyBufferHandler.this.next, this.exchange);
				}
			}
			catch (RequestTooBigException ex) {
				this.channel.suspendReads();
				this.done = true;
				release();
				Connectors.executeRootHandler((sameExchange) -> {
					throw ex;
				}, this.exchange);
			}
			catch (IOException | RuntimeException ex) {
				giveUp();
			}
		}

		private void giveUp() {
			if (!this.done) {
				this.done = true;
				release();
				IoUtils.safeClose(this.exchange.getConnection());
				this.exchange.endExchange();
			}
		}

	}

}
