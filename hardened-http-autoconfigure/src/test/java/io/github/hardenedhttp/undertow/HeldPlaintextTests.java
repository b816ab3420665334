package io.github.hardenedhttp.undertow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeldPlaintext}, where the server only observes: who would go is told.
 */
class HeldPlaintextTests {

	private final HeldPlaintext memory = new HeldPlaintext(1000);

	private final Guard guard = new Guard(System::nanoTime,
			new GuardPolicies(GuardMode.OBSERVE, List.of(), List.of(), List.of(), null, null, List.of()));

	private final List<String> gone = new ArrayList<>();

	@Test
	void whoHoldsMostGoesFirstUntilAQuarterIsFree() throws IOException {
		hold("large", 400);
		hold("small", 100);
		hold("larger", 450);
		assertThat(this.gone).isEmpty();
		hold("last", 100);
		assertThat(this.gone).containsExactly("larger EVICTED");
		assertThat(this.memory.held()).isEqualTo(600);
	}

	@Test
	void asManyGoAsHaveTo() throws IOException {
		for (int number = 0; number < 10; number++) {
			hold("each", 100);
		}
		assertThat(this.gone).isEmpty();
		hold("each", 100);
		assertThat(this.gone).hasSize(4);
		assertThat(this.memory.held()).isEqualTo(700);
	}

	@SuppressWarnings("NullAway") // it is never ended
	private void hold(String name, int size) throws IOException {
		GuardedConnection connection = new GuardedConnection(null,
				new ConnectionKey(new InetSocketAddress("127.0.0.1", 443), new InetSocketAddress("127.0.0.1", 1024)),
				new GuardedServerChannel(null, this.guard, "https", true, () -> {
				}), this.guard);
		connection.observedBy(List.of(new ConnectionLife() {

			@Override
			public void spared(CloseReason reason) {
				HeldPlaintextTests.this.gone.add(name + " " + reason);
			}

		}));
		PlaintextGate gate = new PlaintextGate(connection, new Doubter(), this.memory);
		ByteBuffer[] target = { ByteBuffer.allocate(size) };
		boolean[] read = new boolean[1];
		gate.read(target, 0, 1, (targets, offset, length) -> {
			if (read[0]) {
				return 0;
			}
			read[0] = true;
			targets[offset].put(new byte[size]);
			return size;
		});
	}

	/**
	 * Clears nothing.
	 */
	private static final class Doubter implements PlaintextJudge {

		@Override
		public void received(ByteBuffer bytes, int from, int to) {
		}

		@Override
		public long cleared() {
			return 0;
		}

		@Override
		public @Nullable PlaintextRefusal refusal() {
			return null;
		}

		@Override
		public long rewriteFrom() {
			return Long.MAX_VALUE;
		}

		@Override
		public int rewrite(ByteBuffer bytes, int from, int to) {
			return to;
		}

		@Override
		public void sent(ByteBuffer bytes, int from, int to) {
		}

		@Override
		public @Nullable ByteBuffer instead(ByteBuffer bytes) {
			return null;
		}

	}

}
