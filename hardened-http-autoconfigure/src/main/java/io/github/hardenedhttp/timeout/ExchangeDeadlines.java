package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.Client;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.StreamReset;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

import org.springframework.util.Assert;

/**
 * The deadlines of one request. The conduits of the request and of the response tell it
 * who waits; the watch asks whether it is over; whoever waits is told by an exception.
 */
final class ExchangeDeadlines implements RequestDeadlines {

	static final AttachmentKey<ExchangeDeadlines> KEY = AttachmentKey.create(ExchangeDeadlines.class);

	private static final AttachmentKey<LongAdder> CONTENT = AttachmentKey.create(LongAdder.class);

	// How long those who have the request may take to find out that it was cut.
	private static final long LEAVE = Duration.ofMillis(500).toNanos();

	private static final long WAIT_MILLIS = 1_000;

	private static final long MULTIPLEXED_WAIT_MILLIS = 50;

	private static final long NONE = Long.MAX_VALUE;

	private final HttpServerExchange exchange;

	private final GuardedConnection connection;

	private final @Nullable WorkerPool pool;

	private final SlowClients slowClients;

	private final LongSupplier nanoTime;

	private final Patience read;

	private final long minReadRate;

	private final Patience write;

	private volatile long totalAt;

	private volatile @Nullable CloseReason cut;

	private volatile long cutAt;

	private boolean spared;

	private volatile @Nullable StreamSourceConduit source;

	private volatile @Nullable StreamSinkConduit sink;

	private volatile @Nullable Runnable whenCut;

	// Of the one thread that may block for this request at a time in each direction.

	private final AtomicInteger blockedThreads = new AtomicInteger();

	private final AtomicInteger blockedWorkers = new AtomicInteger();

	private volatile boolean hasBlocked;

	// What is below is set before; null while nothing is to be watched.
	private volatile @Nullable UnreadLimit unreadLimit;

	// Only the watch uses these.

	private long arrived;

	private long arrivalSince;

	private long unread;

	private final Delivery delivery;

	private final @Nullable LongAdder content;

	ExchangeDeadlines(HttpServerExchange exchange, GuardedConnection connection, RequestTimeouts timeouts,
			@Nullable WorkerPool pool, SlowClients slowClients, LongSupplier nanoTime) {
		this.exchange = exchange;
		this.connection = connection;
		this.pool = pool;
		this.slowClients = slowClients;
		this.nanoTime = nanoTime;
		this.read = new Patience(timeouts.read(), timeouts.minReadRate());
		this.minReadRate = timeouts.minReadRate();
		this.write = new Patience(timeouts.write(), timeouts.minWriteRate());
		this.totalAt = (timeouts.total() != null) ? nanoTime.getAsLong() + timeouts.total().toNanos() : NONE;
		this.delivery = Delivery.fromNow(connection);
		this.content = connection.isMultiplexed() ? contentOf(exchange.getConnection()) : null;
	}

	/**
	 * One for all streams of a connection.
	 */
	private static LongAdder contentOf(ServerConnection connection) {
		LongAdder content = connection.getAttachment(CONTENT);
		if (content == null) {
			content = new LongAdder();
			connection.putAttachment(CONTENT, content);
		}
		return content;
	}

	GuardedConnection connection() {
		return this.connection;
	}

	Client client() {
		return Client.of(this.connection.peer().getAddress());
	}

	boolean isMultiplexed() {
		return this.connection.isMultiplexed();
	}

	/**
	 * Whether something between the application and the protocol changes the response,
	 * and may hold parts of it back.
	 * @return whether the response has a content coding
	 */
	boolean isEncoded() {
		return this.exchange.getResponseHeaders().contains(Headers.CONTENT_ENCODING);
	}

	Patience read() {
		return this.read;
	}

	Patience write() {
		return this.write;
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Judges what is left of the request body by what arrives on the connection. For
	 * WebFlux, when the application has ended and Undertow reads on, to nobody's use:
	 * there is no conduit to look from. All streams of an HTTP/2 connection earn for each
	 * other then.
	 * @param limit how much of it there may be
	 */
	void watchArrival(UnreadLimit limit) {
		this.arrived = this.connection.bytesRead();
		this.arrivalSince = now();
		this.unreadLimit = limit;
	}

	void setSource(StreamSourceConduit source) {
		this.source = source;
	}

	void setSink(StreamSinkConduit sink) {
		this.sink = sink;
	}

	/**
	 * What is to be done when the request is cut while no thread runs it.
	 * @param action called at most once, on the I/O thread
	 */
	void whenCut(Runnable action) {
		this.whenCut = action;
	}

	/**
	 * A thread begins to block for the client.
	 */
	void blockingBegins() {
		this.hasBlocked = true;
		this.blockedThreads.incrementAndGet();
		if (isWorker()) {
			this.blockedWorkers.incrementAndGet();
			if (this.pool != null) {
				this.pool.waitingBegins();
			}
		}
	}

	/**
	 * The thread is free again.
	 */
	void blockingEnds() {
		this.blockedThreads.decrementAndGet();
		if (isWorker()) {
			this.blockedWorkers.decrementAndGet();
			if (this.pool != null) {
				this.pool.waitingEnds();
			}
		}
	}

	/**
	 * Threads of the application's own, which write a {@code StreamingResponseBody} for
	 * example, keep nobody waiting for a worker.
	 */
	private boolean isWorker() {
		return this.pool == null || this.pool.owns(Thread.currentThread());
	}

	/**
	 * Whether a worker waits for the client. Without a pool every thread is one.
	 * @return whether somebody may be waiting for it to be free
	 */
	boolean isBlockingWorker() {
		return this.blockedWorkers.get() > 0;
	}

	/**
	 * How long a thread may wait before it looks up. With HTTP/1.1 the I/O thread wakes
	 * it for all it waits for; in a stream of HTTP/2 it waits for Undertow
	 * ({@code AbstractFramedStreamSourceChannel#awaitReadable}), which does not say when
	 * the connection has gone.
	 * @return milliseconds
	 */
	long waitMillis() {
		return isMultiplexed() ? MULTIPLEXED_WAIT_MILLIS : WAIT_MILLIS;
	}

	boolean isBlocking() {
		return this.blockedThreads.get() > 0;
	}

	boolean isCut() {
		return this.cut != null;
	}

	/**
	 * Whether the next thing has to come from the client.
	 * @return whether somebody waits for it, and the request was not cut
	 */
	boolean isStalled() {
		return !isCut() && (this.read.isWaiting() || this.write.isWaiting());
	}

	/**
	 * Whether the request was answered, and its client is still there.
	 * @return whether nobody has anything to complain of
	 */
	boolean endsWell() {
		return !isCut() && this.exchange.isResponseComplete() && this.connection.state() != ConnectionState.CLOSED;
	}

	/**
	 * Whether the request was cut a while ago, and still is not complete although no
	 * thread waits for its client any more.
	 * @param now the time
	 * @return whether it is time to {@link #complete()} it
	 */
	boolean isLeft(long now) {
		return isCut() && !isBlocking() && now - this.cutAt >= LEAVE
				&& (this.connection.isMultiplexed() || this.connection.state() == ConnectionState.CLOSED);
	}

	/**
	 * Completes the exchange as it is. Undertow does not always: a request that was
	 * queued when its connection closed is dropped ({@code HttpServerExchange#dispatch}),
	 * and the listeners of a stream that was closed are not called. Whoever counts
	 * requests, as Boot's graceful shutdown does, would count it for ever. An application
	 * that still has the request finds it ended, as any whose client has left.
	 */
	void complete() {
		onIoThread(() -> {
			Connectors.terminateRequest(this.exchange);
			Connectors.terminateResponse(this.exchange);
		});
	}

	long behind(long now) {
		return Math.max(this.read.behind(now), this.write.behind(now));
	}

	/**
	 * Called by whoever waits for the client, before and after each wait.
	 * @throws RequestDeadlineExceededException if the request was cut
	 */
	void check() throws RequestDeadlineExceededException {
		RequestDeadlineExceededException exception = cutException();
		if (exception != null) {
			throw exception;
		}
	}

	/**
	 * What whoever waits for the client is told, if it is over.
	 * @return the exception, or {@code null} if the request was not cut
	 */
	@Nullable RequestDeadlineExceededException cutException() {
		CloseReason reason = this.cut;
		return (reason != null) ? new RequestDeadlineExceededException(reason) : null;
	}

	/**
	 * Bytes that were written. HTTP/2's flow control has let them pass.
	 * @param bytes how many
	 */
	void written(long bytes) {
		if (this.content != null) {
			this.content.add(bytes);
		}
	}

	/**
	 * What flow control has let pass, of all streams of the connection together.
	 * @return the number of bytes of content, or {@code null} if there are no streams
	 */
	@Nullable LongAdder content() {
		return this.content;
	}

	/**
	 * Bytes of the response the client has taken from HTTP/2's flow control. With
	 * HTTP/1.1 the watch counts what leaves the machine instead: what the kernel takes
	 * says nothing about the client.
	 * @param bytes how many
	 */
	void responseTaken(long bytes) {
		if (this.connection.isMultiplexed()) {
			this.write.payBack(bytes, now());
		}
	}

	/**
	 * Decides, and acts. Called by the watch only.
	 * @param now the time
	 * @param sendQueues what the kernel has not sent yet
	 * @param shared the connection, if it is HTTP/2 and its streams wait for each other
	 */
	void look(long now, SendQueues sendQueues, @Nullable SharedConnection shared) {
		UnreadLimit limit = this.unreadLimit;
		if (limit != null) {
			lookForArrival(limit, now);
		}
		if (this.connection.state() == ConnectionState.CLOSED) {
			// With HTTP/2 nobody else tells the streams of a connection that was reset.
			CloseReason reason = this.connection.closeReason();
			cut((reason != null) ? reason : CloseReason.IO_ERROR);
		}
		else if (this.read.isOver(now)) {
			cut(CloseReason.READ_TIMEOUT);
		}
		else if (now - this.totalAt >= 0 && this.totalAt != NONE) {
			cut(CloseReason.TOTAL_TIMEOUT);
		}
		else if (this.write.behind(now) > 0) {
			long taken = this.delivery.news(sendQueues);
			if (this.connection.isMultiplexed()) {
				// What this stream has handed over is paid back already, see
				// responseTaken: of what has left the machine nobody knows whose it is.
				if (shared != null) {
					this.write.payBack(shared.share(), now);
				}
				if (this.delivery.isCertain()) {
					this.write.bank(taken / Math.max(1, this.connection.openRequests()));
				}
			}
			else if (this.delivery.isCertain()) {
				this.write.progress(taken, now);
			}
			else {
				this.write.payBack(taken, now);
			}
			if (this.write.isOver(now)) {
				cut(CloseReason.WRITE_TIMEOUT, shared != null && shared.isOver(now));
			}
		}
	}

	private void lookForArrival(UnreadLimit limit, long now) {
		if (this.exchange.isRequestComplete()) {
			this.unreadLimit = null;
			this.read.waitingEnds(now);
			return;
		}
		long arrived = this.connection.bytesRead();
		long news = arrived - this.arrived;
		this.arrived = arrived;
		this.read.waitingBegins(now);
		// No credit: nobody has a use for what comes.
		this.read.payBack(news, now);
		// Of what arrives for several streams nobody knows whose it is.
		this.unread += news / Math.max(1, this.connection.openRequests());
		if (limit.isExceededBy(this.unread) || limit.isExceededIn(now - this.arrivalSince, this.minReadRate)) {
			cut(CloseReason.READ_TIMEOUT);
		}
	}

	void cut(CloseReason reason) {
		cut(reason, false);
	}

	private void cut(CloseReason reason, boolean wholeConnection) {
		if (!isFirstCut(reason)) {
			return;
		}
		// Who has left by itself was not cut, and nobody is where all is only observed.
		if (this.hasBlocked && isForSlowness(reason) && this.connection.state() != ConnectionState.CLOSED) {
			this.slowClients.remember(client(), this.cutAt);
		}
		if (wholeConnection || !this.connection.isMultiplexed()) {
			this.connection.end(reason);
		}
		else {
			onIoThread(() -> StreamReset.reset(this.exchange, this.source, this.sink));
		}
		Runnable action = this.whenCut;
		if (action != null) {
			onIoThread(action);
		}
	}

	/**
	 * The watch and the I/O thread may both want to: only one does, and it counts once.
	 */
	private synchronized boolean isFirstCut(CloseReason reason) {
		if (this.cut != null || (this.connection.state() != ConnectionState.CLOSED && !rejects(reason))) {
			return false;
		}
		this.cutAt = now();
		this.cut = reason;
		return true;
	}

	private static boolean isForSlowness(CloseReason reason) {
		return reason == CloseReason.EVICTED || reason == CloseReason.READ_TIMEOUT
				|| reason == CloseReason.WRITE_TIMEOUT;
	}

	private boolean rejects(CloseReason reason) {
		if (this.spared) {
			return false;
		}
		boolean rejects = this.connection.rejectsRequest(reason);
		this.spared = !rejects;
		return rejects;
	}

	/**
	 * Does something on the I/O thread of the connection: at once if this is it.
	 * @param task what to do
	 */
	void onIoThread(Runnable task) {
		if (this.exchange.isInIoThread()) {
			task.run();
			return;
		}
		try {
			this.exchange.getIoThread().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The worker ends, and every request with it.
		}
	}

	@Override
	public void setRead(Duration limit) {
		this.read.renew(positive(limit), now());
	}

	@Override
	public void extendRead(Duration more) {
		this.read.extend(positive(more));
	}

	@Override
	public void liftRead() {
		this.read.lift();
	}

	@Override
	public void setWrite(Duration limit) {
		this.write.renew(positive(limit), now());
	}

	@Override
	public void extendWrite(Duration more) {
		this.write.extend(positive(more));
	}

	@Override
	public void liftWrite() {
		this.write.lift();
	}

	@Override
	public void setTotal(Duration limit) {
		this.totalAt = now() + positive(limit).toNanos();
	}

	@Override
	public void liftTotal() {
		this.totalAt = NONE;
	}

	private static Duration positive(Duration duration) {
		Assert.isTrue(!duration.isZero() && !duration.isNegative(), "The duration must be positive");
		return duration;
	}

}
