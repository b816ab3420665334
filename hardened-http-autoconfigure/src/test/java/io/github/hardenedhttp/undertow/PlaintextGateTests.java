package io.github.hardenedhttp.undertow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PlaintextGate} and {@link HeldPlaintext}, with a judge who clears
 * lines, removes hyphens from those that have one, and refuses exclamation marks.
 */
class PlaintextGateTests {

	private final HeldPlaintext memory = new HeldPlaintext(1000);

	private final Lines judge = new Lines();

	private final Pieces source = new Pieces();

	private final PlaintextGate gate = gate(this.judge);

	private PlaintextGate gate(PlaintextJudge judge) {
		return gate(judge, this.memory);
	}

	private static PlaintextGate gate(PlaintextJudge judge, HeldPlaintext memory) {
		return new PlaintextGate(new TestConnections("https", true, (connection) -> new ConnectionLife() {
		}).open("127.0.0.1"), judge, memory);
	}

	@Test
	void wholeLinesPassWhereTheyWereReadTo() throws IOException {
		this.source.add("one\ntwo\n");
		assertThat(read(100)).isEqualTo("one\ntwo\n");
		assertThat(this.memory.held()).isZero();
		assertThat(this.gate.isHolding()).isFalse();
		assertThat(read(100)).isEqualTo("0");
		this.source.end();
		assertThat(read(100)).isEqualTo("-1");
	}

	@Test
	void aLineWaitsUntilItIsComplete() throws IOException {
		this.source.add("one\ntw");
		assertThat(read(100)).isEqualTo("one\n");
		assertThat(this.gate.isHolding()).isTrue();
		assertThat(this.gate.isPending()).isFalse();
		assertThat(this.memory.held()).isPositive();
		assertThat(read(100)).isEqualTo("0");
		this.source.add("o", "\nth");
		assertThat(read(100)).isEqualTo("two\n");
		this.source.add("ree\n");
		assertThat(read(100)).isEqualTo("three\n");
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void whatASourceLeftThatHasThrownIsNobodyElses() throws IOException {
		this.source.add("one");
		assertThat(read(100)).isEqualTo("0");
		PlaintextGate broken = gate(new Lines(), new HeldPlaintext(1000));
		ByteBuffer[] targets = { ByteBuffer.allocate(100) };
		Pieces before = new Pieces();
		before.add("x");
		assertThat(broken.read(targets, 0, 1, before)).isZero();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> broken.read(targets, 0, 1, (buffers, offset, length) -> {
				buffers[offset].put("secret\n".getBytes());
				throw new IOException("expected");
			}));
		this.source.add("two\n");
		assertThat(read(100)).isEqualTo("onetwo\n");
	}

	@Test
	void whatDoesNotFitIsPending() throws IOException {
		this.source.add("one ", "two\n");
		assertThat(read(5)).isEqualTo("one t");
		assertThat(this.gate.isPending()).isTrue();
		assertThat(read(5)).isEqualTo("wo\n");
		assertThat(this.gate.isPending()).isFalse();
	}

	@Test
	void theEndLeavesAnIncompleteLineOut() throws IOException {
		this.source.add("one");
		this.source.end();
		assertThat(read(100)).isEqualTo("-1");
	}

	@Test
	void whatIsToBeRewrittenIsNeverSeen() throws IOException {
		this.source.add("one\nt-w-o\nthr");
		assertThat(read(100)).isEqualTo("one\n");
		assertThat(this.gate.isPending()).isTrue();
		assertThat(read(100)).isEqualTo("two\n");
		this.source.add("ee\n");
		assertThat(read(100)).isEqualTo("three\n");
	}

	@Test
	void somethingElseIsReadInsteadOfWhatWasRefusedAndNothingAfterIt() throws IOException {
		this.source.add("one\ntwo!\nthree\n", "four\n");
		assertThat(read(100)).isEqualTo("one\n");
		assertThat(this.gate.isPending()).isTrue();
		assertThat(read(100)).isEqualTo("instead\n");
		assertThat(read(100)).isEqualTo("0");
		assertThat(read(100)).isEqualTo("0");
	}

	@Test
	void whoIsRefusedForGoodIsEndedWhenWhatCameBeforeWasRead() throws IOException {
		this.judge.refusal = PlaintextRefusal.end(new byte[] { 1 });
		this.source.add("one\ntwo!\n");
		assertThat(read(100)).isEqualTo("one\n");
		assertThat(this.gate.isPending()).isTrue();
		assertThat(this.gate.farewell()).isNull();
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> read(100));
		assertThat(this.gate.farewell()).containsExactly(1);
		assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> read(100));
	}

	@Test
	void whatWasSentIsShown() {
		ByteBuffer[] sources = { ByteBuffer.wrap("abc".getBytes()), ByteBuffer.wrap("def".getBytes()) };
		sources[0].position(1);
		this.gate.sending(sources, 0, 2);
		sources[0].position(3);
		sources[1].position(2);
		this.gate.sent(sources, 0, 2);
		assertThat(this.judge.sent).hasToString("bcde");
	}

	@Test
	void howeverItIsCutTheSameIsRead() throws IOException {
		Random random = new Random(7);
		for (int round = 0; round < 20_000; round++) {
			String text = text(random);
			Pieces pieces = new Pieces();
			for (int from = 0; from < text.length();) {
				int to = Math.min(text.length(), from + 1 + random.nextInt(30));
				pieces.add(text.substring(from, to));
				from = to;
			}
			pieces.end();
			PlaintextGate gate = gate(new Lines());
			StringBuilder read = new StringBuilder();
			long count = 0;
			while (count >= 0) {
				ByteBuffer[] targets = { ByteBuffer.allocate(random.nextInt(20)),
						ByteBuffer.allocate(1 + random.nextInt(20)) };
				count = gate.read(targets, 0, 2, pieces);
				for (ByteBuffer target : targets) {
					read.append(StandardCharsets.US_ASCII.decode(target.flip()));
				}
			}
			assertThat(read).hasToString(text.substring(0, text.lastIndexOf('\n') + 1).replace("-", ""));
			gate.closed();
		}
		assertThat(this.memory.held()).isZero();
	}

	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		for (int count = random.nextInt(200); count > 0; count--) {
			text.append("ab-c\n".charAt(random.nextInt(5)));
		}
		return text.toString();
	}

	@Test
	void whatAConnectionHeldIsForgottenWithIt() throws IOException {
		this.source.add("one");
		read(100);
		this.gate.closed();
		assertThat(this.memory.held()).isZero();
	}

	private String read(int size) throws IOException {
		ByteBuffer target = ByteBuffer.allocate(size);
		long count = this.gate.read(new ByteBuffer[] { target }, 0, 1, this.source);
		assertThat(target.position()).isEqualTo((int) Math.max(count, 0));
		return (count > 0) ? StandardCharsets.US_ASCII.decode(target.flip()).toString() : Long.toString(count);
	}

	private static final class Pieces implements PlaintextGate.Source {

		private final Deque<ByteBuffer> pieces = new ArrayDeque<>();

		private boolean ended;

		void add(String... pieces) {
			Arrays.stream(pieces).map((piece) -> ByteBuffer.wrap(piece.getBytes())).forEach(this.pieces::add);
		}

		void end() {
			this.ended = true;
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) {
			ByteBuffer piece = this.pieces.peek();
			if (piece == null) {
				return this.ended ? -1 : 0;
			}
			long count = 0;
			for (ByteBuffer target : List.of(targets).subList(offset, offset + length)) {
				int some = Math.min(target.remaining(), piece.remaining());
				target.put(piece.slice(piece.position(), some));
				piece.position(piece.position() + some);
				count += some;
			}
			if (!piece.hasRemaining()) {
				this.pieces.remove();
			}
			return count;
		}

	}

	private static final class Lines implements PlaintextJudge {

		private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

		private PlaintextRefusal refusal = PlaintextRefusal.replacedBy("instead\n".getBytes());

		private boolean refused;

		private long received;

		private long cleared;

		private boolean hyphen;

		private long rewriteFrom = Long.MAX_VALUE;

		@Override
		public void received(ByteBuffer bytes, int from, int to) {
			for (int index = from; index < to && !this.refused; index++) {
				this.received++;
				byte each = bytes.get(index);
				this.refused = each == '!';
				this.hyphen |= each == '-';
				if (each == '\n') {
					if (this.hyphen) {
						this.rewriteFrom = Math.min(this.rewriteFrom, this.cleared);
					}
					this.hyphen = false;
					this.cleared = this.received;
				}
			}
		}

		@Override
		public long cleared() {
			return this.cleared;
		}

		@Override
		public @Nullable PlaintextRefusal refusal() {
			return this.refused ? this.refusal : null;
		}

		@Override
		public long rewriteFrom() {
			return this.rewriteFrom;
		}

		@Override
		public int rewrite(ByteBuffer bytes, int from, int to) {
			this.rewriteFrom = Long.MAX_VALUE;
			int end = from;
			for (int index = from; index < to; index++) {
				if (bytes.get(index) != '-') {
					bytes.put(end++, bytes.get(index));
				}
			}
			return end;
		}

		@Override
		public void sent(ByteBuffer bytes, int from, int to) {
			for (int index = from; index < to; index++) {
				this.sent.write(bytes.get(index));
			}
		}

		@Override
		public @Nullable ByteBuffer instead(ByteBuffer bytes) {
			return null;
		}

	}

}
