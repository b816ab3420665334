package io.github.hardenedhttp.tls;

import java.security.NoSuchAlgorithmException;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

import org.jspecify.annotations.Nullable;

/**
 * JSSE of the JDK.
 */
final class JdkTlsEngine extends TlsEngine {

	/**
	 * JSSE does not tell the group of a handshake.
	 */
	static final String UNKNOWN = "unknown";

	@Override
	public String name() {
		return "Java";
	}

	@Override
	public String version() {
		return String.valueOf(Runtime.version().feature());
	}

	@Override
	List<NamedGroup> supportedOf(List<NamedGroup> wanted) {
		return JdkNamedGroups.supportedOf(wanted);
	}

	@Override
	SSLContext newContext() throws NoSuchAlgorithmException {
		return SSLContext.getInstance("TLS");
	}

	@Override
	void verify(TlsPolicy policy) {
		JdkNamedGroups.verify(policy);
	}

	@Override
	@Nullable String problemWith(TlsPolicy policy) {
		return null;
	}

	@Override
	boolean handsOutTasks() {
		return true;
	}

	@Override
	boolean staples() {
		return true;
	}

	@Override
	String groupOf(SSLEngine engine) {
		return UNKNOWN;
	}

}
