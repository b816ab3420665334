package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class AcceptBudgetTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final int FLOOD = 100;

	private final Guard guard = new Guard(System::nanoTime, GuardPolicies.NONE);

	private final XnioWorker worker = this.guard
		.newWorker(OptionMap.create(Options.WORKER_IO_THREADS, 1, Options.WORKER_TASK_MAX_THREADS, 1), null);

	// What the I/O thread has done: the port of a newcomer, or what was read.
	private final List<Object> done = new CopyOnWriteArrayList<>();

	private final List<Socket> clients = new ArrayList<>();

	private AcceptingChannel<StreamConnection> server;

	@BeforeEach
	void listen() throws IOException {
		this.server = this.worker.createStreamConnectionServer(
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
				ChannelListeners.openListenerAdapter(this::opened), OptionMap.EMPTY);
		this.server.resumeAccepts();
	}

	@AfterEach
	void close() {
		this.clients.forEach(IoUtils::safeClose);
		IoUtils.safeClose(this.server);
	}

	private void opened(StreamConnection connection) {
		this.done.add(connection.getPeerAddress(InetSocketAddress.class).getPort());
		connection.getSourceChannel().setReadListener(this::read);
		connection.getSourceChannel().resumeReads();
	}

	private void read(ConduitStreamSourceChannel source) {
		ByteBuffer said = ByteBuffer.allocate(1);
		try {
			if (source.read(said) > 0) {
				this.done.add((char) said.get(0));
			}
			else {
				source.suspendReads();
			}
		}
		catch (IOException ex) {
			IoUtils.safeClose(source);
		}
	}

	@Test
	void whoeverIsConnectedIsServedBetweenNewcomersAndNoneOfThemIsForgotten() throws Exception {
		Socket established = connect();
		await().atMost(PATIENCE).until(() -> this.done.size() == 1);
		CountDownLatch end = occupyTheIoThread();
		for (int i = 0; i < FLOOD; i++) {
			connect();
		}
		awaitAccepted(FLOOD + 1);
		established.getOutputStream().write('e');
		end.countDown();
		await().atMost(PATIENCE).until(() -> this.done.size() == FLOOD + 2);
		assertThat(this.done.indexOf('e')).isLessThanOrEqualTo(1 + 2 * AcceptBudget.NEWCOMERS);
		this.done.remove((Object) 'e');
		assertThat(this.done)
			.isEqualTo(this.clients.stream().map(Socket::getLocalPort).map((port) -> (Object) port).toList());
	}

	@Test
	void whoeverWaitsWhenTheServerBeginsToEndIsKnownAtOnce() throws Exception {
		CountDownLatch end = occupyTheIoThread();
		for (int i = 0; i < FLOOD; i++) {
			connect();
		}
		awaitAccepted(FLOOD);
		this.guard.drain();
		AtomicInteger known = new AtomicInteger(-1);
		this.worker.getIoThread(0).execute(() -> known.set(this.guard.connections().size()));
		end.countDown();
		await().atMost(PATIENCE).until(() -> known.get() >= 0);
		assertThat(known).hasValue(FLOOD);
		this.clients.get(FLOOD - 1).getOutputStream().write('l');
		await().atMost(PATIENCE).until(() -> this.done.contains('l'));
	}

	@Test
	void aRefusalTakesAnEighthOfAPlace() throws Exception {
		XnioIoThread thread = this.worker.getIoThread(0);
		AcceptBudget budget = new AcceptBudget(thread, () -> {
		});
		StreamConnection newcomer = thread.createFullDuplexPipeConnection().getLeftSide();
		int refused = CompletableFuture.supplyAsync(() -> refuse(budget, newcomer), thread).join();
		budget.close();
		assertThat(refused).isEqualTo(8 * AcceptBudget.NEWCOMERS);
	}

	private static int refuse(AcceptBudget budget, StreamConnection newcomer) {
		try {
			int refused = 0;
			while (budget.next(() -> newcomer) != null) {
				budget.refused();
				refused++;
			}
			return refused;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private CountDownLatch occupyTheIoThread() throws InterruptedException {
		CountDownLatch begin = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		this.worker.getIoThread(0).execute(() -> {
			begin.countDown();
			try {
				end.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		begin.await();
		return end;
	}

	private void awaitAccepted(int count) {
		await().atMost(PATIENCE)
			.until(() -> this.worker.getMXBean()
				.getServerMXBeans()
				.stream()
				.mapToInt((server) -> server.getConnectionCount())
				.sum() == count);
	}

	private Socket connect() throws IOException {
		Socket client = new Socket();
		this.clients.add(client);
		client.connect(this.server.getLocalAddress(InetSocketAddress.class));
		return client;
	}

}
