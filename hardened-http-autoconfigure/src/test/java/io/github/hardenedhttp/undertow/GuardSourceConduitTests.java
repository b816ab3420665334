package io.github.hardenedhttp.undertow;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSourceConduit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;

/**
 * Tests for {@link GuardSourceConduit}.
 */
class GuardSourceConduitTests {

	private static XnioWorker worker;

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final GuardSourceConduit conduit = new GuardSourceConduit(recording(),
			new TestConnections("https", true, (connection) -> new ConnectionLife() {
			}).open("127.0.0.2"), null);

	@BeforeAll
	static void start() throws Exception {
		worker = Xnio.getInstance()
			.createWorker(OptionMap.create(Options.WORKER_IO_THREADS, 1, Options.WORKER_TASK_MAX_THREADS, 1));
	}

	@AfterAll
	static void stop() {
		worker.shutdown();
	}

	private StreamSourceConduit recording() {
		return (StreamSourceConduit) Proxy.newProxyInstance(StreamSourceConduit.class.getClassLoader(),
				new Class<?>[] { StreamSourceConduit.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("resumeReads")) {
						this.calls.add("resumed");
					}
					if (method.getName().equals("wakeupReads")) {
						this.calls.add("woken");
					}
					return method.getName().equals("getReadThread") ? worker.getIoThread(0) : null;
				});
	}

	private List<String> calls() {
		CompletableFuture.runAsync(() -> {
		}, worker.getIoThread(0)).join();
		return this.calls;
	}

	@Test
	void readsAreResumedWhenTheRequestHasEnded() {
		this.conduit.readsOnAfter(() -> {
			this.conduit.resumeReads();
			this.calls.add("ended");
		});
		assertThat(calls()).containsExactly("ended", "resumed");
	}

	@Test
	void whatWaitsAtTheGateIsToldBeforeAnybodyCanSuspendReads() {
		PlaintextGate gate = mock(PlaintextGate.class);
		given(gate.isPending()).willReturn(true);
		GuardedConnection connection = mock(GuardedConnection.class);
		given(connection.gate()).willReturn(gate);
		GuardSourceConduit pending = new GuardSourceConduit(recording(), connection, null);
		pending.readsOnAfter(() -> {
			pending.resumeReads();
			CompletableFuture.runAsync(pending::suspendReads, worker.getIoThread(0)).join();
			this.calls.add("ended");
		});
		assertThat(calls()).containsExactly("woken", "ended");
	}

	@Test
	void whatWaitsAtTheGateIsReadBeforeTheEndOfTheStream() throws Exception {
		PlaintextGate gate = mock(PlaintextGate.class);
		given(gate.isPending()).willReturn(true, false);
		GuardedConnection connection = mock(GuardedConnection.class);
		given(connection.gate()).willReturn(gate);
		StreamSourceConduit ended = mock(StreamSourceConduit.class);
		given(ended.read(any(ByteBuffer.class))).willReturn(-1);
		GuardSourceConduit below = new GuardSourceConduit(ended, connection, null);
		assertThat(below.read(ByteBuffer.allocate(8))).isZero();
		assertThat(below.read(ByteBuffer.allocate(8))).isEqualTo(-1);
	}

	@Test
	void nobodyIsCalledWhoHasSuspendedReadsSince() {
		StreamSourceConduit socket = mock(StreamSourceConduit.class);
		ReadReadyHandler usual = mock(ReadReadyHandler.class);
		ReadReadyHandler called = handler(socket, mock(GuardedConnection.class), usual, true);
		called.readReady();
		then(usual).should(never()).readReady();
		then(socket).should().suspendReads();
	}

	@Test
	void whoeverHasResumedReadsIsCalled() {
		StreamSourceConduit socket = mock(StreamSourceConduit.class);
		ReadReadyHandler usual = mock(ReadReadyHandler.class);
		ReadReadyHandler called = handler(socket, mock(GuardedConnection.class), usual, false);
		called.readReady();
		then(usual).should().readReady();
		then(socket).should(never()).suspendReads();
	}

	@Test
	void aConnectionNobodyReadsFromAnyMoreCallsOnce() {
		StreamSourceConduit socket = mock(StreamSourceConduit.class);
		GuardedConnection connection = mock(GuardedConnection.class);
		given(connection.readsEnded()).willReturn(true);
		ReadReadyHandler usual = mock(ReadReadyHandler.class);
		handler(socket, connection, usual, false).readReady();
		then(usual).should().readReady();
		then(socket).should().suspendReads();
	}

	private static ReadReadyHandler handler(StreamSourceConduit socket, GuardedConnection connection,
			ReadReadyHandler usual, boolean suspended) {
		GuardSourceConduit conduit = new GuardSourceConduit(socket, connection, null);
		conduit.setReadReadyHandler(usual);
		conduit.wakeupReads();
		if (suspended) {
			conduit.suspendReads();
		}
		ArgumentCaptor<ReadReadyHandler> handler = ArgumentCaptor.forClass(ReadReadyHandler.class);
		then(socket).should().setReadReadyHandler(handler.capture());
		return handler.getValue();
	}

	@Test
	void readsAreNotResumedUnlessAskedFor() {
		this.conduit.readsOnAfter(() -> this.calls.add("ended"));
		assertThat(calls()).containsExactly("ended");
	}

	@Test
	void readsAreNotResumedIfTheyWereSuspendedMeanwhile() {
		this.conduit.readsOnAfter(() -> {
			this.conduit.resumeReads();
			CompletableFuture.runAsync(this.conduit::suspendReads, worker.getIoThread(0)).join();
			this.calls.add("ended");
		});
		assertThat(calls()).containsExactly("ended");
	}

	@Test
	void readsAreResumedWhateverHappens() {
		assertThatIllegalStateException().isThrownBy(() -> this.conduit.readsOnAfter(() -> {
			this.conduit.resumeReads();
			throw new IllegalStateException();
		}));
		assertThat(calls()).containsExactly("resumed");
	}

	@Test
	void anotherThreadResumesReadsAtOnce() {
		this.conduit.readsOnAfter(() -> {
			CompletableFuture.runAsync(this.conduit::resumeReads).join();
			this.calls.add("ended");
		});
		assertThat(calls()).containsExactly("resumed", "ended");
	}

}
