package io.github.hardenedhttp.redirect;

/**
 * The hosts requests may be redirected to. A bean of this type is asked where
 * {@code hardened.redirect.allowed-hosts} is not set. It is asked for every request, on
 * an I/O thread, so it must not block; what it answers may change while the server runs.
 */
@FunctionalInterface
public interface AllowedHosts {

	/**
	 * Whether requests for a host may be redirected to it.
	 * @param host a host name in lower case without trailing dot, an IPv4 address, or an
	 * IPv6 address without brackets in the text form of RFC 5952
	 * @return whether the host is one of ours
	 */
	boolean contains(String host);

}
