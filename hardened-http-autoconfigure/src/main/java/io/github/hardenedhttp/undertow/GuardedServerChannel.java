package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.Option;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * A listening socket whose connections pass the guard. TLS is put on top of it
 * ({@code UndertowAcceptingSslChannel} wraps this channel), so it sees every connection
 * before its first byte.
 */
@SuppressWarnings("deprecation") // of the interface it implements
final class GuardedServerChannel implements AcceptingChannel<StreamConnection> {

	private final AcceptingChannel<StreamConnection> delegate;

	private final Guard guard;

	private final String name;

	private final boolean tls;

	private final Runnable whenClosed;

	private final AtomicBoolean accepting = new AtomicBoolean(true);

	private final AtomicBoolean closed = new AtomicBoolean();

	private final AtomicInteger open = new AtomicInteger();

	private Map<XnioIoThread, AcceptBudget> budgets = Map.of();

	private volatile @Nullable ChannelListener<? super GuardedServerChannel> acceptListener;

	private int limit;

	GuardedServerChannel(AcceptingChannel<StreamConnection> delegate, Guard guard, String name, boolean tls,
			Runnable whenClosed) {
		this.delegate = delegate;
		this.guard = guard;
		this.name = name;
		this.tls = tls;
		this.whenClosed = whenClosed;
	}

	/**
	 * Gives each thread its budget. Without one a thread accepts nobody.
	 * @param threads the I/O threads XNIO hands connections to
	 * @throws IOException if there are not enough descriptors
	 */
	void acceptOn(List<XnioIoThread> threads) throws IOException {
		Map<XnioIoThread, AcceptBudget> budgets = new HashMap<>();
		this.budgets = budgets;
		for (XnioIoThread thread : threads) {
			budgets.put(thread,
					new AcceptBudget(thread, () -> ChannelListeners.invokeChannelListener(this, this.acceptListener)));
		}
	}

	String name() {
		return this.name;
	}

	boolean isTls() {
		return this.tls;
	}

	/**
	 * How many connections of this listener are open.
	 * @return the number that passed the guard and are not closed
	 */
	int open() {
		return this.open.get();
	}

	void opened() {
		this.open.incrementAndGet();
	}

	void closedOne() {
		this.open.decrementAndGet();
	}

	/**
	 * Called on an I/O thread for each connection that waits. {@code null} means "none
	 * now": the thread's {@link AcceptBudget} calls again if somebody waits.
	 */
	@Override
	@SuppressWarnings("NullAway") // the channel's contract allows null
	public StreamConnection accept() throws IOException {
		AcceptBudget budget = this.budgets.get(XnioIoThread.currentThread());
		if (budget == null) {
			return null;
		}
		StreamConnection raw = budget.next(this::newcomer);
		while (raw != null && !admits(raw)) {
			budget.refused();
			raw = budget.next(this::newcomer);
		}
		return raw;
	}

	private boolean admits(StreamConnection raw) {
		try {
			return this.guard.admit(raw, this);
		}
		catch (RuntimeException | Error ex) {
			// Out of memory, for example. Nobody else knows it yet.
			IoUtils.safeClose(raw);
			throw ex;
		}
	}

	private @Nullable StreamConnection newcomer() throws IOException {
		try {
			return this.delegate.accept();
		}
		catch (ClosedChannelException ex) {
			if (!this.accepting.get()) {
				// XNIO asks more often than there are newcomers, and logs an error.
				return null;
			}
			throw ex;
		}
	}

	/**
	 * Refuses whoever comes from now on, as if nobody listened. Connections live on.
	 */
	void stopAccepting() throws IOException {
		if (this.accepting.compareAndSet(true, false)) {
			try {
				this.delegate.close();
			}
			finally {
				this.budgets.values().forEach(AcceptBudget::lift);
			}
		}
	}

	/**
	 * How many connections XNIO may hold of this listener before it leaves newcomers to
	 * the operating system.
	 * @param connections the number of connections
	 */
	synchronized void limitTo(int connections) throws IOException {
		if (connections == this.limit) {
			return;
		}
		this.limit = connections;
		// The first of the two takes the other along where it has to.
		this.delegate.setOption(Options.CONNECTION_HIGH_WATER, connections);
		this.delegate.setOption(Options.CONNECTION_LOW_WATER, connections - 1);
	}

	/**
	 * Closing again has no effect. (XNIO's own channel would wait for a thread that has
	 * ended, see {@code NioTcpServer#close}.)
	 */
	@Override
	public void close() throws IOException {
		if (this.closed.compareAndSet(false, true)) {
			try {
				stopAccepting();
			}
			finally {
				this.budgets.values().forEach(AcceptBudget::close);
				this.guard.closed(this);
				this.whenClosed.run();
			}
		}
	}

	// The listeners must be called with this channel: called with the delegate they would
	// accept past the guard.

	@Override
	public ChannelListener.Setter<GuardedServerChannel> getAcceptSetter() {
		return (listener) -> {
			this.acceptListener = listener;
			this.delegate.getAcceptSetter().set((server) -> ChannelListeners.invokeChannelListener(this, listener));
		};
	}

	@Override
	public ChannelListener.Setter<GuardedServerChannel> getCloseSetter() {
		return ChannelListeners.getDelegatingSetter(this.delegate.getCloseSetter(), this);
	}

	@Override
	public boolean isOpen() {
		return this.delegate.isOpen();
	}

	@Override
	public SocketAddress getLocalAddress() {
		return this.delegate.getLocalAddress();
	}

	@Override
	public <A extends SocketAddress> A getLocalAddress(Class<A> type) {
		return this.delegate.getLocalAddress(type);
	}

	@Override
	public void suspendAccepts() {
		this.delegate.suspendAccepts();
	}

	@Override
	public void resumeAccepts() {
		this.delegate.resumeAccepts();
	}

	@Override
	public boolean isAcceptResumed() {
		return this.delegate.isAcceptResumed();
	}

	@Override
	public void wakeupAccepts() {
		this.delegate.wakeupAccepts();
	}

	@Override
	public void awaitAcceptable() throws IOException {
		this.delegate.awaitAcceptable();
	}

	@Override
	public void awaitAcceptable(long time, TimeUnit timeUnit) throws IOException {
		this.delegate.awaitAcceptable(time, timeUnit);
	}

	@Override
	public XnioExecutor getAcceptThread() {
		return this.delegate.getIoThread();
	}

	@Override
	public XnioIoThread getIoThread() {
		return this.delegate.getIoThread();
	}

	@Override
	public XnioWorker getWorker() {
		return this.delegate.getWorker();
	}

	@Override
	public boolean supportsOption(Option<?> option) {
		return this.delegate.supportsOption(option);
	}

	@Override
	public <T> @Nullable T getOption(Option<T> option) throws IOException {
		return this.delegate.getOption(option);
	}

	@Override
	public <T> @Nullable T setOption(Option<T> option, @Nullable T value) throws IOException {
		return this.delegate.setOption(option, value);
	}

}
