package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Octets}.
 */
class OctetsTests {

	@ParameterizedTest
	@ValueSource(ints = { ' ', '~', 0x80, 0xFF })
	void aValueIsInterruptedByTheSameOctetsWhereverTheyStand(int neighbour) {
		byte[] octets = new byte[19];
		ByteBuffer direct = ByteBuffer.allocateDirect(octets.length);
		for (int at = 0; at < octets.length; at++) {
			for (int octet = 0; octet < 256; octet++) {
				Arrays.fill(octets, (byte) neighbour);
				octets[at] = (byte) octet;
				int end = Octets.isValue((byte) octet) ? octets.length : at;
				assertThat(Octets.endOfValue(ByteBuffer.wrap(octets), 0, octets.length)).as("%d at %d", octet, at)
					.isEqualTo(end);
				direct.put(0, octets);
				assertThat(Octets.endOfValue(direct, 0, octets.length)).isEqualTo(end);
			}
		}
	}

	@Test
	void aValueIsReadNoFurtherThanAsked() {
		assertThat(Octets.endOfValue(ByteBuffer.wrap(Octets.ascii("0123456789\0")), 3, 10)).isEqualTo(10);
		assertThat(Octets.endOfValue(ByteBuffer.wrap(Octets.ascii("0123456789\0")), 10, 10)).isEqualTo(10);
	}

}
