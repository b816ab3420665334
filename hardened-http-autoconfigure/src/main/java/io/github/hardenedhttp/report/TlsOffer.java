package io.github.hardenedhttp.report;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

/**
 * One ClientHello, and how far the server goes along with it. It is written here because
 * JSSE offers nothing it would not accept itself, and what is asked for is just that: old
 * versions and weak suites. No handshake is completed and no key is made; with TLS 1.3
 * the list of key shares is empty, so that the server names the group it would take (RFC
 * 8446, section 4.2.8).
 *
 * @param version the only version that is offered
 * @param suites the numbers of the cipher suites
 * @param groups the numbers of the key-exchange groups
 */
record TlsOffer(TlsVersion version, Collection<Integer> suites, Collection<Integer> groups) {

	private static final int[] SIGNATURES = { 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601,
			0x0807, 0x0203, 0x0201 };

	private static final int HANDSHAKE = 22;

	private static final int SERVER_HELLO = 2;

	private static final int SERVER_KEY_EXCHANGE = 12;

	private static final int SERVER_HELLO_DONE = 14;

	private static final int NAMED_CURVE = 3;

	// Nobody has a longer chain.
	private static final int LONGEST_ANSWER = 256 * 1024;

	/**
	 * Offers, and reads the answer.
	 * @param socket a new connection
	 * @return what the server has chosen, or {@code null} if it refuses
	 * @throws IOException if there is no answer in time, or one that is not TLS
	 */
	@Nullable Choice ask(Socket socket) throws IOException {
		socket.getOutputStream().write(clientHello());
		socket.getOutputStream().flush();
		try {
			Choice choice = answer(new DataInputStream(socket.getInputStream()));
			return (choice != null && choice.version() == this.version.number()) ? choice : null;
		}
		catch (EOFException ex) {
			return null;
		}
		catch (BufferUnderflowException ex) {
			throw new IOException("the answer is not TLS", ex);
		}
	}

	private byte[] clientHello() throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(body);
		out.writeShort(Math.min(this.version.number(), TlsVersion.TLS_1_2.number()));
		out.write(new byte[32]);
		out.writeByte(32);
		out.write(new byte[32]);
		writeShorts(out, this.suites);
		out.writeByte(1);
		out.writeByte(0);
		byte[] extensions = extensions();
		out.writeShort(extensions.length);
		out.write(extensions);
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		DataOutputStream record = new DataOutputStream(message);
		record.writeByte(HANDSHAKE);
		record.writeShort(TlsVersion.TLS_1_0.number());
		record.writeShort(body.size() + 4);
		record.writeInt((1 << 24) | body.size());
		record.write(body.toByteArray());
		return message.toByteArray();
	}

	private byte[] extensions() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(bytes);
		out.writeShort(10); // supported_groups
		out.writeShort(2 + 2 * this.groups.size());
		writeShorts(out, this.groups);
		out.writeShort(11); // ec_point_formats
		out.writeShort(2);
		out.writeShort(0x0100);
		if (this.version.number() >= TlsVersion.TLS_1_2.number()) {
			out.writeShort(13); // signature_algorithms
			out.writeShort(2 + 2 * SIGNATURES.length);
			out.writeShort(2 * SIGNATURES.length);
			for (int signature : SIGNATURES) {
				out.writeShort(signature);
			}
		}
		if (this.version == TlsVersion.TLS_1_3) {
			out.writeShort(43); // supported_versions
			out.writeShort(3);
			out.writeByte(2);
			out.writeShort(this.version.number());
			out.writeShort(51); // key_share
			out.writeShort(2);
			out.writeShort(0);
		}
		return bytes.toByteArray();
	}

	private static void writeShorts(DataOutputStream out, Collection<Integer> shorts) throws IOException {
		out.writeShort(2 * shorts.size());
		for (int each : shorts) {
			out.writeShort(each);
		}
	}

	private static @Nullable Choice answer(DataInputStream in) throws IOException {
		ByteArrayOutputStream handshake = new ByteArrayOutputStream();
		while (handshake.size() < LONGEST_ANSWER) {
			int type = in.readUnsignedByte();
			in.readUnsignedShort();
			byte[] content = new byte[in.readUnsignedShort()];
			in.readFully(content);
			if (type != HANDSHAKE) {
				// An alert.
				return null;
			}
			handshake.write(content);
			Choice choice = choice(ByteBuffer.wrap(handshake.toByteArray()));
			if (choice != null) {
				return choice;
			}
		}
		throw new IOException("the answer is too long");
	}

	/**
	 * Reads as far as the group is known.
	 * @return what was chosen, or {@code null} if more has to come
	 */
	private static @Nullable Choice choice(ByteBuffer messages) {
		Choice choice = null;
		while (messages.remaining() >= 4) {
			int header = messages.getInt();
			int length = header & 0xFFFFFF;
			if (messages.remaining() < length) {
				return null;
			}
			ByteBuffer body = messages.slice(messages.position(), length);
			messages.position(messages.position() + length);
			switch (header >>> 24) {
				case SERVER_HELLO -> {
					choice = serverHello(body);
					if (choice.version() == TlsVersion.TLS_1_3.number()) {
						return choice;
					}
				}
				case SERVER_KEY_EXCHANGE -> {
					return (choice != null && body.get() == NAMED_CURVE) ? choice.with(unsignedShort(body)) : choice;
				}
				case SERVER_HELLO_DONE -> {
					return choice;
				}
				default -> {
				}
			}
		}
		return null;
	}

	private static Choice serverHello(ByteBuffer body) {
		int version = unsignedShort(body);
		body.position(body.position() + 32);
		int sessionId = Byte.toUnsignedInt(body.get());
		body.position(body.position() + sessionId);
		int suite = unsignedShort(body);
		body.get();
		int group = 0;
		if (body.hasRemaining()) {
			body.getShort();
		}
		while (body.hasRemaining()) {
			int type = unsignedShort(body);
			int length = unsignedShort(body);
			ByteBuffer content = body.slice(body.position(), length);
			body.position(body.position() + length);
			if (type == 43) {
				version = unsignedShort(content);
			}
			if (type == 51) {
				group = unsignedShort(content);
			}
		}
		return new Choice(version, suite, group);
	}

	private static int unsignedShort(ByteBuffer from) {
		return Short.toUnsignedInt(from.getShort());
	}

	/**
	 * What a server has chosen.
	 *
	 * @param version the number of the version
	 * @param suite the number of the cipher suite
	 * @param group the number of the group, or 0 if none is named
	 */
	record Choice(int version, int suite, int group) {

		Choice with(int group) {
			return new Choice(this.version, this.suite, group);
		}

	}

}
