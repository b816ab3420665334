package io.github.hardenedhttp.tls;

import java.nio.ByteBuffer;
import java.util.HexFormat;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class HandshakeStepTests {

	@ParameterizedTest
	@CsvSource({
			// Nothing, part of a header, part of a record.
			"'', false, false", "16030300, false, false", "160303000201, false, false",
			// A message of a handshake, an alert, a change of cipher.
			"16030300020102, true, true", "15030300020102, false, false", "140303000101, false, false",
			// Something short that is encrypted: only with a certificate it is work.
			"17030300020102, false, true" })
	void workIsAWholeRecordOfAHandshake(String received, boolean worthwhile, boolean worthwhileWithCertificate) {
		assertThat(HandshakeStep.isWorthwhile(bytes(received), false)).isEqualTo(worthwhile);
		assertThat(HandshakeStep.isWorthwhile(bytes(received), true)).isEqualTo(worthwhileWithCertificate);
	}

	@Test
	void aLongEncryptedRecordIsWork() {
		String octets = "00".repeat(257);
		assertThat(HandshakeStep.isWorthwhile(bytes("1703030101" + octets), false)).isTrue();
		assertThat(HandshakeStep.isWorthwhile(bytes("1703030100" + octets), false)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "16030300050100000100, false", "160303000401000000, false", "16030300050100000200, true",
			"1603030003010000, true", "160303000101, true", "16030300050b00000200, false",
			"17030300050100000200, false", "1603030000, false", "16030300060100000100ff, false" })
	void aClientHelloIsWholeOrNot(String received, boolean part) {
		assertThat(HandshakeStep.isPartOfClientHello(bytes(received))).isEqualTo(part);
	}

	@Test
	void oneRecordIsCopiedHoweverMuchHasCome() throws Exception {
		SSLEngine engine = mock(SSLEngine.class);
		given(engine.unwrap(any(ByteBuffer.class), any(ByteBuffer.class))).willAnswer((invocation) -> {
			ByteBuffer copy = invocation.getArgument(0);
			assertThat(copy.remaining()).isEqualTo(7);
			copy.position(7);
			return new SSLEngineResult(SSLEngineResult.Status.OK, HandshakeStatus.NEED_WRAP, 7, 0);
		});
		ByteBuffer source = bytes("ff" + "16030300020102" + "1403030001");
		source.get();
		HandshakeStep step = new HandshakeStep(engine, source);
		step.run();
		assertThat(step.result(source).bytesConsumed()).isEqualTo(7);
		assertThat(source.remaining()).isEqualTo(5);
	}

	private static ByteBuffer bytes(String hex) {
		return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
	}

}
