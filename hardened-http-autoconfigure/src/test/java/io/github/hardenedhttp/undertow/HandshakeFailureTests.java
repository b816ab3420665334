package io.github.hardenedhttp.undertow;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class HandshakeFailureTests {

	@ParameterizedTest
	@CsvSource({ "CLIENT,CLOSED_BY_CLIENT", "IO_ERROR,CLOSED_BY_CLIENT", "HANDSHAKE_TIMEOUT,TIMEOUT",
			"HANDSHAKE_FAILURE,NOT_TLS", "EVICTED,ENDED_BY_SERVER", "SHUTDOWN,ENDED_BY_SERVER", ",OTHER" })
	void whatEndsAConnectionBeforeItsHandshakeIsAFailure(CloseReason reason, HandshakeFailure failure) {
		assertThat(HandshakeFailure.of(reason)).isEqualTo(failure);
	}

	@ParameterizedTest
	@EnumSource
	void everyReasonHasAFailure(CloseReason reason) {
		assertThat(HandshakeFailure.of(reason)).isNotNull();
	}

}
