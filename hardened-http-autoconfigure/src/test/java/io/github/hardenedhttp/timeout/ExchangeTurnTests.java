package io.github.hardenedhttp.timeout;

import java.time.Duration;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * A client that was four seconds behind when its turn began.
 */
class ExchangeTurnTests {

	private final Patience read = new Patience(Duration.ofSeconds(5), 1000);

	private final ExchangeDeadlines request = mock(ExchangeDeadlines.class);

	private ExchangeTurn turn;

	@BeforeEach
	void begin() {
		given(this.request.read()).willReturn(this.read);
		given(this.request.write()).willReturn(new Patience(Duration.ofSeconds(5), 1000));
		given(this.request.now()).willReturn(millis(4000));
		given(this.request.isBlocking()).willReturn(true);
		this.read.waitingBegins(0);
		this.turn = new ExchangeTurn(mock(HttpServerExchange.class), this.request, mock(HttpHandler.class));
	}

	@Test
	void whatWasBeforeDoesNotCount() {
		assertThat(this.turn.behind(millis(4000))).isZero();
		assertThat(this.turn.behind(millis(4900))).isEqualTo(millis(900));
	}

	@Test
	void whatIsMadeGoodForIsNotHadOnceMore() {
		this.read.payBack(4000, millis(4000));
		assertThat(this.turn.behind(millis(4000))).isZero();
		assertThat(this.turn.behind(millis(5100))).isEqualTo(millis(1100));
	}

	@Test
	void nobodyIsBehindWhileNoThreadWaits() {
		given(this.request.isBlocking()).willReturn(false);
		assertThat(this.turn.behind(millis(4900))).isZero();
	}

	private static long millis(long millis) {
		return millis * 1_000_000;
	}

}
