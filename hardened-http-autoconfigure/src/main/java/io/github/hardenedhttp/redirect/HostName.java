package io.github.hardenedhttp.redirect;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The host of a URI in the one form in which it can be compared: a name in lower case
 * without trailing dot, an IPv4 address, or an IPv6 address in the text form of RFC 5952.
 * What cannot be read without doubt is no host name: escapes, user information, zones,
 * IPv4 addresses inside IPv6, anything that is not ASCII.
 *
 * @param text the host, an IPv6 address without brackets
 */
public record HostName(String text) {

	private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::[0-9]{1,5})?");

	private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*");

	private static final Pattern NUMERIC_LAST_LABEL = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)");

	private static final Pattern IPV4 = Pattern
		.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

	/**
	 * No zone, and never a first character that would make {@link InetAddress} ask DNS.
	 */
	private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f:.]{1,45}");

	/**
	 * Reads the value of a {@code Host} header, or the authority of a URI. The port is
	 * dropped.
	 * @param authority the host, with or without port; IPv6 addresses stand in brackets
	 * @return the host, or {@code null} if it is none
	 */
	public static @Nullable HostName ofAuthority(String authority) {
		Matcher matcher = AUTHORITY.matcher(authority);
		if (!matcher.matches()) {
			return null;
		}
		String host = matcher.group(1);
		return host.startsWith("[") ? ipv6(host.substring(1, host.length() - 1)) : nameOrIpv4(host);
	}

	/**
	 * Reads a host that stands alone, as in a certificate.
	 * @param host a name or an address; IPv6 addresses with or without brackets
	 * @return the host, or {@code null} if it is none
	 */
	public static @Nullable HostName of(String host) {
		if (host.startsWith("[")) {
			return host.endsWith("]") ? ofAuthority(host) : null;
		}
		return (host.indexOf(':') >= 0) ? ipv6(host) : nameOrIpv4(host);
	}

	private static @Nullable HostName nameOrIpv4(String host) {
		String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
		boolean address = IPV4.matcher(name).matches();
		// Browsers read "127.1" and "0x7f000001" as addresses: names cannot end like
		// that.
		if (!address && (!NAME.matcher(name).matches() || NUMERIC_LAST_LABEL.matcher(name).matches())) {
			return null;
		}
		return new HostName(name.toLowerCase(Locale.ROOT));
	}

	private static @Nullable HostName ipv6(String address) {
		if (address.indexOf(':') < 0 || !IPV6_CHARACTERS.matcher(address).matches()) {
			return null;
		}
		try {
			return (InetAddress.getByName(address) instanceof Inet6Address ipv6) ? new HostName(text(ipv6)) : null;
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	/**
	 * The text of an address after RFC 5952: the longest run of zeros, if longer than one
	 * group, is left out.
	 */
	private static String text(Inet6Address address) {
		byte[] bytes = address.getAddress();
		int[] groups = new int[bytes.length / 2];
		int runStart = -1;
		int runLength = 1;
		for (int i = 0, zeros = 0; i < groups.length; i++) {
			groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
			zeros = (groups[i] == 0) ? zeros + 1 : 0;
			if (zeros > runLength) {
				runStart = i - zeros + 1;
				runLength = zeros;
			}
		}
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < groups.length; i++) {
			if (i == runStart) {
				text.append("::");
				i += runLength - 1;
			}
			else {
				text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
				text.append(Integer.toHexString(groups[i]));
			}
		}
		return text.toString();
	}

	/**
	 * Whether it is an IP address.
	 * @return whether it is an address, and no name
	 */
	public boolean isAddress() {
		return isIpv6() || IPV4.matcher(this.text).matches();
	}

	private boolean isIpv6() {
		return this.text.indexOf(':') >= 0;
	}

	/**
	 * The host as it stands in a URI.
	 * @return the text, an IPv6 address in brackets
	 */
	String inUri() {
		return isIpv6() ? "[" + this.text + "]" : this.text;
	}

}
