package io.github.hardenedhttp.undertow;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.ManagementRegistration;
import org.xnio.Option;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.management.XnioServerMXBean;
import org.xnio.management.XnioWorkerMXBean;

/**
 * The worker a guarded server runs on. Undertow creates each listener with
 * {@code XnioWorker#createStreamConnectionServer}, plain and TLS alike
 * ({@code Undertow#start}, {@code UndertowXnioSsl#createSslConnectionServer}); this one
 * wraps what comes back, and leaves all else to a worker of XNIO's own.
 * <p>
 * {@code Undertow#stop} does not end a worker it was given. So the real worker lives as
 * long as there are listening sockets: it is made with the first and ended with the last,
 * also when the start fails half-way. A server that is started again gets a new one.
 */
final class GuardWorker extends XnioWorker {

	private final Guard guard;

	private final OptionMap options;

	private final @Nullable String listener;

	private final Object lifecycle = new Object();

	private volatile @Nullable XnioWorker worker;

	private int serverChannels;

	GuardWorker(Guard guard, OptionMap options, @Nullable String listener) {
		// The executor is never used: execute() is overridden. Without one, XNIO would
		// create a second thread pool.
		super(new WorkerBuilder().setExternalExecutorService(ForkJoinPool.commonPool()));
		this.guard = guard;
		this.options = options;
		this.listener = listener;
	}

	@Override
	public AcceptingChannel<StreamConnection> createStreamConnectionServer(SocketAddress address,
			@Nullable ChannelListener<? super AcceptingChannel<StreamConnection>> acceptListener, OptionMap options)
			throws IOException {
		// UndertowXnioSsl asks for a server without a listener and sets that on its own
		// channel; everybody else passes one.
		boolean tls = (acceptListener == null);
		XnioWorker worker = acquire();
		Closeable opened = this::release;
		try {
			AcceptingChannel<StreamConnection> server = worker.createStreamConnectionServer(address, null,
					OptionMap.builder()
						.addAll(this.guard.socketOptions())
						.addAll(options)
						.set(Options.KEEP_ALIVE, true)
						.getMap());
			String name = (this.listener != null) ? this.listener : tls ? "https" : "http";
			GuardedServerChannel guarded = new GuardedServerChannel(server, this.guard, name, tls, this::release);
			opened = guarded;
			guarded.acceptOn(IntStream.range(0, getIoThreadCount()).mapToObj(worker::getIoThread).toList());
			this.guard.prepare(server, guarded);
			if (acceptListener != null) {
				guarded.getAcceptSetter().set(acceptListener);
			}
			return guarded;
		}
		catch (IOException | RuntimeException ex) {
			IoUtils.safeClose(opened);
			throw ex;
		}
	}

	private XnioWorker acquire() throws IOException {
		synchronized (this.lifecycle) {
			XnioWorker worker = this.worker;
			if (worker == null) {
				worker = getXnio().createWorker(this.options);
				this.worker = worker;
				this.guard.workerStarted();
			}
			this.serverChannels++;
			return worker;
		}
	}

	private void release() {
		synchronized (this.lifecycle) {
			this.serverChannels--;
			if (this.serverChannels == 0) {
				shutdownNow();
			}
		}
	}

	@Override
	public List<Runnable> shutdownNow() {
		synchronized (this.lifecycle) {
			XnioWorker worker = this.worker;
			this.worker = null;
			if (worker == null) {
				return List.of();
			}
			this.guard.shutdown(worker);
			this.guard.workerEnded();
			return worker.shutdownNow();
		}
	}

	@Override
	public void shutdown() {
		shutdownNow();
	}

	@Override
	public boolean isShutdown() {
		return this.worker == null;
	}

	@Override
	public boolean isTerminated() {
		return this.worker == null;
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
		XnioWorker worker = this.worker;
		return worker == null || worker.awaitTermination(timeout, unit);
	}

	@Override
	public void awaitTermination() throws InterruptedException {
		XnioWorker worker = this.worker;
		if (worker != null) {
			worker.awaitTermination();
		}
	}

	@Override
	public void execute(Runnable command) {
		running().execute(command);
	}

	@Override
	public XnioIoThread getIoThread(int hashCode) {
		return running().getIoThread(hashCode);
	}

	@Override
	protected XnioIoThread chooseThread() {
		return running().getIoThread();
	}

	/**
	 * Asked by {@code Undertow#start} before there is a listener.
	 */
	@Override
	public int getIoThreadCount() {
		return this.options.get(Options.WORKER_IO_THREADS, 1);
	}

	@Override
	public boolean supportsOption(Option<?> option) {
		return running().supportsOption(option);
	}

	@Override
	public <T> @Nullable T getOption(Option<T> option) throws IOException {
		return running().getOption(option);
	}

	@Override
	public <T> @Nullable T setOption(Option<T> option, @Nullable T value) throws IOException {
		return running().setOption(option, value);
	}

	@Override
	public XnioWorkerMXBean getMXBean() {
		return running().getMXBean();
	}

	@Override
	protected ManagementRegistration registerServerMXBean(XnioServerMXBean metrics) {
		// The real worker registers its servers itself.
		return () -> {
		};
	}

	private XnioWorker running() {
		XnioWorker worker = this.worker;
		if (worker == null) {
			throw new RejectedExecutionException("the server is not running");
		}
		return worker;
	}

	private static final class WorkerBuilder extends Builder {

		WorkerBuilder() {
			super(Xnio.getInstance(GuardWorker.class.getClassLoader()));
		}

	}

}
