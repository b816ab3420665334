package io.github.hardenedhttp.tls.ocsp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.jspecify.annotations.Nullable;

/**
 * Makes JSSE ask this process. Whom it asks is told by system properties, which hold for
 * all TLS servers of the process; it reads them when a context is made, and the address
 * when the context first shakes hands. So there is one responder for all applications of
 * the process, opened for the first that staples and closed with the last.
 * <p>
 * Whoever has set whether JSSE staples or whom it asks himself has JSSE's own stapling:
 * then there is no responder.
 * <p>
 * Thread-safe. An answer waits for no lock.
 */
final class SharedOcspResponder {

	private static final Log logger = LogFactory.getLog(SharedOcspResponder.class);

	static final String ENABLE = "jdk.tls.server.enableStatusRequestExtension";

	static final String OVERRIDE = "jdk.tls.stapling.responderOverride";

	static final String RESPONDER = "jdk.tls.stapling.responderURI";

	// With what the time is cut that a handshake could wait for this process itself, and
	// with what it takes until JSSE sees a new answer.
	private static final Map<String, String> PROPERTIES = Map.of(ENABLE, "true", OVERRIDE, "true",
			"jdk.tls.stapling.ignoreExtensions", "true", "jdk.tls.stapling.responseTimeout", "500",
			"jdk.tls.stapling.cacheLifetime", "60");

	// Changed under the lock of the class, read by the responder without
	private static final Set<UndertowOcspResponder.Answers> sources = new CopyOnWriteArraySet<>();

	private static @Nullable SharedOcspResponder current;

	private final UndertowOcspResponder responder;

	private final List<String> properties;

	private SharedOcspResponder(UndertowOcspResponder responder, List<String> properties) {
		this.responder = responder;
		this.properties = properties;
	}

	/**
	 * Lets JSSE ask somebody, too.
	 * @param source whom
	 * @return whether it does
	 */
	static synchronized boolean join(UndertowOcspResponder.Answers source) {
		if (current == null) {
			current = isSetByUser() ? null : open();
		}
		if (current == null) {
			return false;
		}
		sources.add(source);
		return true;
	}

	/**
	 * Ends what {@link #join} has begun.
	 * @param source who is not to be asked any more
	 */
	static synchronized void leave(UndertowOcspResponder.Answers source) {
		sources.remove(source);
		SharedOcspResponder unused = current;
		if (unused != null && sources.isEmpty()) {
			current = null;
			unused.properties.forEach(System::clearProperty);
			unused.responder.close();
		}
	}

	private static boolean isSetByUser() {
		return Stream.of(ENABLE, OVERRIDE, RESPONDER).anyMatch((name) -> System.getProperty(name) != null);
	}

	private static @Nullable SharedOcspResponder open() {
		try {
			UndertowOcspResponder responder = UndertowOcspResponder.open(SharedOcspResponder::answer);
			return new SharedOcspResponder(responder, announce(responder.address().toString()));
		}
		catch (RuntimeException ex) {
			logger.warn("No OCSP response is stapled: no port could be opened on the loopback address (%s)"
				.formatted(ex.getMessage()));
			return null;
		}
	}

	private static @Nullable OCSPResp answer(CertificateID id) {
		for (UndertowOcspResponder.Answers source : sources) {
			OCSPResp answer = source.about(id);
			if (answer != null) {
				return answer;
			}
		}
		return null;
	}

	/**
	 * What the user has set stays.
	 */
	private static List<String> announce(String address) {
		List<String> set = new ArrayList<>();
		Map<String, String> properties = new HashMap<>(PROPERTIES);
		properties.put(RESPONDER, address);
		properties.forEach((name, value) -> {
			if (System.getProperties().putIfAbsent(name, value) == null) {
				set.add(name);
			}
		});
		return List.copyOf(set);
	}

}
