package io.github.hardenedhttp.timeout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.xnio.conduits.StreamSourceConduit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * What an upload earns before anybody has waited for it.
 */
class DeadlineSourceConduitTests {

	private static final int PIECE = 100_000;

	private final Patience patience = new Patience(Duration.ofSeconds(1), 240);

	private final ExchangeDeadlines deadlines = mock(ExchangeDeadlines.class);

	private final StreamSourceConduit source = mock(StreamSourceConduit.class);

	private final DeadlineSourceConduit conduit = new DeadlineSourceConduit(this.source, this.deadlines);

	@Test
	void whatCameBeforeAnybodyWaitedIsCredit() throws IOException {
		arrives(10);
		this.conduit.resumeReads();
		assertThat(this.patience.isOver(seconds(300))).isFalse();
		assertThat(this.patience.isOver(seconds(302))).isTrue();
	}

	@Test
	void whatBuffersHoldIsNone() throws IOException {
		arrives(5);
		this.conduit.resumeReads();
		assertThat(this.patience.isOver(seconds(1))).isTrue();
	}

	@Test
	void itIsCountedOnce() throws IOException {
		arrives(6);
		for (int time = 0; time < 10; time++) {
			this.conduit.resumeReads();
			this.conduit.suspendReads();
		}
		this.conduit.resumeReads();
		// 600,000 bytes are 75,712 more than what is no credit.
		assertThat(this.patience.isOver(seconds(1 + 75_712 / 240 - 20))).isFalse();
		assertThat(this.patience.isOver(seconds(302))).isTrue();
	}

	private void arrives(int pieces) throws IOException {
		given(this.deadlines.read()).willReturn(this.patience);
		given(this.source.read(any(ByteBuffer.class))).willReturn(PIECE);
		for (int piece = 0; piece < pieces; piece++) {
			this.conduit.read(ByteBuffer.allocate(1));
		}
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
