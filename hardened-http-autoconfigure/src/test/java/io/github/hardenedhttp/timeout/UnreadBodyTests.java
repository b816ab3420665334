package io.github.hardenedhttp.timeout;

import io.undertow.server.HttpServerExchange;
import org.junit.jupiter.api.Test;
import org.xnio.channels.StreamSourceChannel;

import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

class UnreadBodyTests {

	private final HttpServerExchange exchange = mock(HttpServerExchange.class);

	private final StreamSourceChannel channel = mock(StreamSourceChannel.class);

	UnreadBodyTests() {
		given(this.exchange.getRequestChannel()).willReturn(this.channel);
	}

	@Test
	void whatNobodyWantsIsLeftAlone() {
		UnreadBody body = new UnreadBody(this.exchange);
		verify(this.channel).suspendReads();
		body.wanted();
		body.unwanted();
		verify(this.channel, times(2)).suspendReads();
	}

	/**
	 * Undertow reads the rest by then.
	 */
	@Test
	void whoeverCancelsOnAnotherThreadStopsNothingWhenTheRequestHasEnded() {
		UnreadBody body = new UnreadBody(this.exchange);
		body.wanted();
		body.over();
		body.unwanted();
		verify(this.channel).suspendReads();
	}

}
