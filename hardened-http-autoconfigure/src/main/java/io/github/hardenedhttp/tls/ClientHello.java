package io.github.hardenedhttp.tls;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The first message of a TLS client (RFC 8446, section 4.1.2), read for what it offers.
 * Made in memory from an engine of this process it tells what JSSE has really been told.
 */
final class ClientHello {

	private static final int SUPPORTED_GROUPS = 10;

	private final List<Integer> supportedGroups = new ArrayList<>();

	private ClientHello(ByteBuffer record) {
		skip(record, 5); // record header
		skip(record, 4); // handshake header
		skip(record, 2 + 32); // legacy version, random
		skip(record, Byte.toUnsignedInt(record.get())); // session id
		skip(record, Short.toUnsignedInt(record.getShort())); // cipher suites
		skip(record, Byte.toUnsignedInt(record.get())); // compression methods
		record.getShort(); // length of all extensions
		while (record.hasRemaining()) {
			int type = Short.toUnsignedInt(record.getShort());
			int length = Short.toUnsignedInt(record.getShort());
			if (type == SUPPORTED_GROUPS) {
				for (int rest = Short.toUnsignedInt(record.getShort()); rest > 0; rest -= 2) {
					this.supportedGroups.add(Short.toUnsignedInt(record.getShort()));
				}
			}
			else {
				skip(record, length);
			}
		}
	}

	static ClientHello of(SSLEngine client) throws SSLException {
		ByteBuffer record = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
		client.beginHandshake();
		client.wrap(ByteBuffer.allocate(0), record);
		return new ClientHello(record.flip());
	}

	private static void skip(ByteBuffer buffer, int count) {
		buffer.position(buffer.position() + count);
	}

	List<Integer> supportedGroups() {
		return this.supportedGroups;
	}

}
