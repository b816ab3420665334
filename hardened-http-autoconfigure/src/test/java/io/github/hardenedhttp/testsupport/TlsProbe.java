package io.github.hardenedhttp.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Asks a server with a hand-made ClientHello what it would negotiate, so that versions,
 * suites and groups can be offered that no Java client has any more. There is no
 * cryptography in it: the answer is the server's first flight.
 */
public final class TlsProbe {

	/**
	 * Version numbers of TLS.
	 */
	public static final int TLS_1_0 = 0x0301;

	public static final int TLS_1_1 = 0x0302;

	public static final int TLS_1_2 = 0x0303;

	public static final int TLS_1_3 = 0x0304;

	/**
	 * Key-exchange groups by name: those of the profiles first.
	 */
	public static final Map<String, Integer> GROUPS = Map.ofEntries(Map.entry("X25519MLKEM768", 0x11EC),
			Map.entry("x25519", 0x001D), Map.entry("secp256r1", 0x0017), Map.entry("secp384r1", 0x0018),
			Map.entry("secp521r1", 0x0019), Map.entry("x448", 0x001E), Map.entry("ffdhe2048", 0x0100),
			Map.entry("ffdhe3072", 0x0101), Map.entry("ffdhe4096", 0x0102), Map.entry("ffdhe6144", 0x0103),
			Map.entry("ffdhe8192", 0x0104));

	/**
	 * Cipher suites by name: those of the profiles, and some that must not be accepted.
	 */
	public static final Map<String, Integer> SUITES = Map.ofEntries(Map.entry("TLS_AES_128_GCM_SHA256", 0x1301),
			Map.entry("TLS_AES_256_GCM_SHA384", 0x1302), Map.entry("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
			Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xC02B),
			Map.entry("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xC02F),
			Map.entry("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", 0xC02C),
			Map.entry("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xC030),
			Map.entry("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA9),
			Map.entry("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA8),
			Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", 0xC009),
			Map.entry("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", 0xC023),
			Map.entry("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", 0xC024),
			Map.entry("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xC013),
			Map.entry("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009E),
			Map.entry("TLS_RSA_WITH_AES_128_GCM_SHA256", 0x009C), Map.entry("TLS_RSA_WITH_AES_128_CBC_SHA", 0x002F),
			Map.entry("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 0x000A));

	private static final int[] SIGNATURES = { 0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501 };

	private static final byte[] HELLO_RETRY_REQUEST = { (byte) 0xCF, 0x21, (byte) 0xAD, 0x74, (byte) 0xE5, (byte) 0x9A,
			0x61, 0x11 };

	private final int port;

	private int version = TLS_1_2;

	private List<String> suites = List.copyOf(SUITES.keySet());

	private List<String> groups = List.of("x25519", "secp256r1", "secp384r1");

	private @Nullable String serverName;

	private TlsProbe(int port) {
		this.port = port;
	}

	public static TlsProbe of(int port) {
		return new TlsProbe(port);
	}

	/**
	 * Offers one version only.
	 * @param version the version
	 * @return this
	 */
	public TlsProbe version(int version) {
		this.version = version;
		return this;
	}

	public TlsProbe suites(String... suites) {
		this.suites = List.of(suites);
		return this;
	}

	public TlsProbe groups(String... groups) {
		this.groups = List.of(groups);
		return this;
	}

	public TlsProbe serverName(String serverName) {
		this.serverName = serverName;
		return this;
	}

	/**
	 * Sends the hello and reads what comes back.
	 * @return the answer
	 * @throws IOException if the connection cannot be made
	 */
	public Answer ask() throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout(20_000);
			socket.getOutputStream().write(clientHello());
			socket.getOutputStream().flush();
			return read(new DataInputStream(socket.getInputStream()));
		}
	}

	private byte[] clientHello() throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(body);
		out.writeShort(Math.min(this.version, TLS_1_2));
		out.write(new byte[32]);
		out.writeByte(32);
		out.write(new byte[32]);
		out.writeShort(2 * this.suites.size());
		for (String suite : this.suites) {
			out.writeShort(SUITES.get(suite));
		}
		out.writeByte(1);
		out.writeByte(0);
		byte[] extensions = extensions();
		out.writeShort(extensions.length);
		out.write(extensions);
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		DataOutputStream record = new DataOutputStream(message);
		record.writeByte(22);
		record.writeShort(TLS_1_0);
		record.writeShort(body.size() + 4);
		record.writeInt((1 << 24) | body.size());
		record.write(body.toByteArray());
		return message.toByteArray();
	}

	private byte[] extensions() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(bytes);
		if (this.serverName != null) {
			int length = this.serverName.length();
			out.writeShort(0); // server_name
			out.writeShort(length + 5);
			out.writeShort(length + 3);
			out.writeByte(0);
			out.writeShort(length);
			out.writeBytes(this.serverName);
		}
		out.writeShort(10); // supported_groups
		out.writeShort(2 + 2 * this.groups.size());
		out.writeShort(2 * this.groups.size());
		for (String group : this.groups) {
			out.writeShort(GROUPS.get(group));
		}
		out.writeShort(11); // ec_point_formats
		out.writeShort(2);
		out.writeShort(0x0100);
		out.writeShort(13); // signature_algorithms
		out.writeShort(2 + 2 * SIGNATURES.length);
		out.writeShort(2 * SIGNATURES.length);
		for (int signature : SIGNATURES) {
			out.writeShort(signature);
		}
		if (this.version == TLS_1_3) {
			out.writeShort(43); // supported_versions
			out.writeShort(3);
			out.writeByte(2);
			out.writeShort(TLS_1_3);
			// An empty key_share makes the server name the group it wants (RFC 8446,
			// section 4.2.8).
			out.writeShort(51);
			out.writeShort(2);
			out.writeShort(0);
		}
		return bytes.toByteArray();
	}

	private static Answer read(DataInputStream in) {
		ByteArrayOutputStream handshake = new ByteArrayOutputStream();
		try {
			while (true) {
				int type = in.readUnsignedByte();
				in.readUnsignedShort();
				byte[] content = in.readNBytes(in.readUnsignedShort());
				if (type == 21) {
					return new Answer(Byte.toUnsignedInt(content[1]), 0, null, null);
				}
				handshake.write(content);
				Answer answer = answer(ByteBuffer.wrap(handshake.toByteArray()));
				if (answer != null) {
					return answer;
				}
			}
		}
		catch (EOFException ex) {
			return new Answer(-1, 0, null, null);
		}
		catch (IOException ex) {
			throw new AssertionError("no answer", ex);
		}
	}

	private static @Nullable Answer answer(ByteBuffer messages) {
		Answer hello = null;
		while (messages.remaining() >= 4) {
			int header = messages.getInt();
			int length = header & 0xFFFFFF;
			if (messages.remaining() < length) {
				return null;
			}
			ByteBuffer body = messages.slice(messages.position(), length);
			messages.position(messages.position() + length);
			switch (header >>> 24) {
				case 2 -> {
					hello = serverHello(body);
					if (hello.group() != null) {
						return hello;
					}
				}
				case 12 -> {
					body.get(); // named curve
					return new Answer(0, TLS_1_2, hello.suite(), group(body.getShort()));
				}
				case 14 -> {
					return hello;
				}
				default -> {
				}
			}
		}
		return null;
	}

	private static Answer serverHello(ByteBuffer body) {
		int version = body.getShort();
		byte[] random = new byte[32];
		body.get(random);
		int sessionId = Byte.toUnsignedInt(body.get());
		body.position(body.position() + sessionId);
		int suite = Short.toUnsignedInt(body.getShort());
		body.get();
		String group = null;
		if (body.hasRemaining()) {
			body.getShort();
		}
		while (body.hasRemaining()) {
			int type = Short.toUnsignedInt(body.getShort());
			int length = Short.toUnsignedInt(body.getShort());
			ByteBuffer content = body.slice(body.position(), length);
			body.position(body.position() + length);
			if (type == 43) {
				version = content.getShort();
			}
			if (type == 51) {
				group = group(content.getShort());
			}
		}
		if (group != null && !ByteBuffer.wrap(random, 0, 8).equals(ByteBuffer.wrap(HELLO_RETRY_REQUEST))) {
			throw new AssertionError("a key share was chosen, but none was offered");
		}
		return new Answer(0, version, name(SUITES, suite), group);
	}

	private static String group(short id) {
		return name(GROUPS, Short.toUnsignedInt(id));
	}

	private static String name(Map<String, Integer> names, int id) {
		return names.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == id)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse("0x%04X".formatted(id));
	}

	/**
	 * What the server said.
	 *
	 * @param alert the number of the alert, 0 if the hello was accepted, -1 if the
	 * connection was closed without one
	 * @param version the version it chose
	 * @param suite the suite it chose
	 * @param group the group it chose
	 */
	public record Answer(int alert, int version, @Nullable String suite, @Nullable String group) {

		public boolean refused() {
			return this.alert != 0;
		}

	}

}
