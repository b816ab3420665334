package io.github.hardenedhttp.tls;

import java.nio.ByteBuffer;

import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

import io.github.hardenedhttp.undertow.GuardedConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class HandshakeShareTests {

	private static final long START = -7_000_000_000L;

	private final HandshakeShare share = new HandshakeShare();

	private final HandshakeThreads threads = new HandshakeThreads(1);

	@Test
	void aThreadHasTimeUntilItsShareIsUsedUp() {
		assertThat(this.share.hasTime(START)).isTrue();
		this.share.take(HandshakeShare.AT_ONCE - 1);
		assertThat(this.share.hasTime(START)).isTrue();
		this.share.take(1);
		assertThat(this.share.hasTime(START)).isFalse();
	}

	@Test
	void whatWasUsedComesBackWithTimeButIsNotSaved() {
		this.share.hasTime(START);
		this.share.take(HandshakeShare.AT_ONCE + 100);
		long later = START + 100L * HandshakeShare.ONE_OF;
		assertThat(this.share.hasTime(later)).isFalse();
		later += HandshakeShare.ONE_OF;
		assertThat(this.share.hasTime(later)).isTrue();
		later += 3_600_000_000_000L;
		assertThat(this.share.hasTime(later)).isTrue();
		this.share.take(HandshakeShare.AT_ONCE);
		assertThat(this.share.hasTime(later)).isFalse();
	}

	@Test
	void inAFloodNoMoreThanTheShareIsComputedHere() {
		long handshake = 150_000;
		long second = 1_000_000_000;
		long here = 0;
		for (long now = START; now < START + second; now += handshake) {
			if (this.share.hasTime(now)) {
				this.share.take(handshake);
				here += handshake;
			}
		}
		assertThat(here).isBetween(second / HandshakeShare.ONE_OF,
				second / HandshakeShare.ONE_OF + HandshakeShare.AT_ONCE + handshake);
	}

	/**
	 * A test before may have taken longer than a handshake does.
	 */
	@BeforeEach
	void letWhatWasUsedComeBack() {
		HandshakeShare own = HandshakeShare.ofThisThread();
		while (!own.hasTime(System.nanoTime())) {
			LockSupport.parkNanos(1_000_000);
		}
	}

	@Test
	void aHandshakeIsComputedWhereItCameInIfThereIsTime() throws Exception {
		assertThat(hello().getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
	}

	@Test
	void withoutTimeItIsHandedOver() throws Exception {
		HandshakeShare own = HandshakeShare.ofThisThread();
		own.hasTime(System.nanoTime());
		long hour = 3_600_000_000_000L;
		own.take(hour);
		try {
			assertThat(hello().getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_TASK);
		}
		finally {
			own.take(-hour);
		}
	}

	@Test
	void whereOthersWaitItIsHandedOver() throws Exception {
		this.threads.enter();
		assertThat(hello().getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_TASK);
		this.threads.leave();
		assertThat(hello().getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
	}

	@Test
	void aChainTheClientHasChosenIsNeverVerifiedHere() throws Exception {
		SSLEngine delegate = mock(SSLEngine.class);
		given(delegate.getWantClientAuth()).willReturn(true);
		assertThat(hello(delegate).getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_TASK);
	}

	private SSLEngineResult hello() throws SSLException {
		return hello(mock(SSLEngine.class));
	}

	private SSLEngineResult hello(SSLEngine delegate) throws SSLException {
		given(delegate.unwrap(any(ByteBuffer.class), any(ByteBuffer[].class), anyInt(), anyInt()))
			.willReturn(new SSLEngineResult(Status.OK, HandshakeStatus.NEED_WRAP, 7, 0));
		TlsEngine withoutTasks = mock(ConscryptTlsEngine.class);
		PolicySslEngine engine = new PolicySslEngine(delegate, withoutTasks, mock(GuardedConnection.class),
				this.threads);
		return engine.unwrap(ByteBuffer.wrap(new byte[] { 22, 3, 1, 0, 2, 1, 0 }), new ByteBuffer[0], 0, 0);
	}

}
