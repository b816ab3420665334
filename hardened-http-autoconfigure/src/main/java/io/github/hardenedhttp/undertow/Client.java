package io.github.hardenedhttp.undertow;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whom a connection is counted for: an IPv4 address, or the first 64 bits of an IPv6
 * address, which is what one subscriber has at least (RFC 6177).
 *
 * @param ipv6 whether it is an IPv6 network
 * @param bits the address, or the network
 */
public record Client(boolean ipv6, long bits) {

	/**
	 * Finds whom an address belongs to.
	 * @param address the address a connection comes from
	 * @return the client
	 */
	public static Client of(InetAddress address) {
		ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
		// Java shows an IPv4 address that is mapped into IPv6 as an IPv4 address.
		return (address instanceof Inet6Address) ? new Client(true, bytes.getLong())
				: new Client(false, bytes.getInt() & 0xFFFF_FFFFL);
	}

	/**
	 * As people write it: {@code 192.0.2.1}, or {@code 2001:db8:0:1::/64}.
	 */
	@Override
	public String toString() {
		if (this.ipv6) {
			return "%x:%x:%x:%x::/64".formatted(word(48), word(32), word(16), word(0));
		}
		return "%d.%d.%d.%d".formatted(octet(24), octet(16), octet(8), octet(0));
	}

	private long word(int shift) {
		return (this.bits >>> shift) & 0xFFFF;
	}

	private long octet(int shift) {
		return (this.bits >>> shift) & 0xFF;
	}

}
