package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A name server for which every name is this machine: 127.0.0.1 for whoever asks for an
 * IPv4 address, and no record of any other kind.
 */
final class LoopbackDns implements AutoCloseable {

	private static final int HEADER = 12;

	// RFC 1035: a response, recursion available, no error
	private static final short FLAGS = (short) 0x8180;

	private static final short TYPE_A = 1;

	private static final short CLASS_IN = 1;

	private static final short NAME_OF_THE_QUESTION = (short) 0xc00c;

	private final DatagramSocket socket;

	private LoopbackDns(DatagramSocket socket) {
		this.socket = socket;
	}

	static LoopbackDns start() {
		try {
			LoopbackDns dns = new LoopbackDns(
					new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
			Thread thread = new Thread(dns::run, "name server");
			thread.setDaemon(true);
			thread.start();
			return dns;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	String address() {
		return "127.0.0.1:" + this.socket.getLocalPort();
	}

	private void run() {
		DatagramPacket packet = new DatagramPacket(new byte[1024], 1024);
		while (!this.socket.isClosed()) {
			try {
				packet.setLength(1024);
				this.socket.receive(packet);
				byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
				this.socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
			}
			catch (IOException | RuntimeException ex) {
				// Closed, or not a question.
			}
		}
	}

	private static byte[] answer(ByteBuffer question) {
		short id = question.getShort(0);
		int end = HEADER;
		while (question.get(end) != 0) {
			end += 1 + question.get(end);
		}
		short type = question.getShort(end + 1);
		byte[] asked = new byte[end + 5 - HEADER];
		question.position(HEADER);
		question.get(asked);
		boolean known = type == TYPE_A;
		ByteBuffer answer = ByteBuffer.allocate(HEADER + asked.length + (known ? 16 : 0));
		answer.putShort(id).putShort(FLAGS).putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0);
		answer.put(asked);
		if (known) {
			answer.putShort(NAME_OF_THE_QUESTION).putShort(TYPE_A).putShort(CLASS_IN).putInt(0).putShort((short) 4);
			answer.put(new byte[] { 127, 0, 0, 1 });
		}
		return answer.array();
	}

	@Override
	public void close() {
		this.socket.close();
	}

}
