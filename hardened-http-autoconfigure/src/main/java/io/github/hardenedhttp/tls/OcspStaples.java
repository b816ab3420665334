package io.github.hardenedhttp.tls;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

import io.github.hardenedhttp.checks.HardeningCheck;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.jspecify.annotations.Nullable;

/**
 * Staples to each served certificate that names an OCSP responder what that says of it
 * (RFC 6066, section 8), and never lets a handshake wait for it.
 * <p>
 * JSSE asks a responder inside the handshake, and takes responses from nobody else. So it
 * is told to ask one in this process ({@link UndertowOcspResponder}), which answers at
 * once from what is here, while a thread of its own asks the real ones. That is told by
 * system properties, which hold for all TLS servers of the process and are taken back
 * {@linkplain #close at the end}. Whoever has set
 * {@code jdk.tls.server.enableStatusRequestExtension} or
 * {@code jdk.tls.stapling.responderURI} himself has JSSE's own stapling, and nothing is
 * done here. As long as no certificate names a responder there are neither properties nor
 * thread nor socket.
 * <p>
 * Thread-safe. One for all servers of an application.
 */
final class OcspStaples implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(OcspStaples.class);

	static final String ENABLE = "jdk.tls.server.enableStatusRequestExtension";

	// With what the time is cut that a handshake could wait for this process itself, and
	// with what it takes until JSSE sees a new answer.
	private static final Map<String, String> PROPERTIES = Map.of(ENABLE, "true", "jdk.tls.stapling.responderOverride",
			"true", "jdk.tls.stapling.ignoreExtensions", "true", "jdk.tls.stapling.responseTimeout", "500",
			"jdk.tls.stapling.cacheLifetime", "60");

	private static final String RESPONDER = "jdk.tls.stapling.responderURI";

	private static final Duration WAIT_AFTER_FAULT = Duration.ofHours(1);

	private final Clock clock;

	private final DoubleSupplier chance;

	// All guarded by "this"

	private final Map<Object, Set<OcspInquiry>> wanted = new HashMap<>();

	private final Map<OcspInquiry, OcspStaple> staples = new HashMap<>();

	private @Nullable Open open;

	OcspStaples(Clock clock, DoubleSupplier chance) {
		this.clock = clock;
		this.chance = chance;
	}

	/**
	 * Makes ready for certificates. JSSE decides when a context is made whether it ever
	 * staples: to be called before.
	 * @param chains the certificates of the context, each with its chain
	 */
	synchronized void prepare(List<List<X509Certificate>> chains) {
		if (this.open == null && !isSetByUser() && !inquiries(chains).isEmpty()) {
			this.open = Open.as(this::answer);
		}
	}

	private static boolean isSetByUser() {
		return System.getProperty(ENABLE) != null || System.getProperty(RESPONDER) != null;
	}

	/**
	 * Staples to certificates from now on, in place of those before.
	 * @param bundle what the certificates are the present content of
	 * @param chains the certificates, each with its chain
	 */
	synchronized void serve(Object bundle, List<List<X509Certificate>> chains) {
		Open open = this.open;
		if (open == null) {
			return;
		}
		Set<OcspInquiry> inquiries = inquiries(chains);
		this.wanted.put(bundle, inquiries);
		this.staples.keySet().removeIf((old) -> this.wanted.values().stream().noneMatch((of) -> of.contains(old)));
		for (OcspInquiry inquiry : inquiries) {
			this.staples.computeIfAbsent(inquiry, (added) -> attended(open, added));
		}
	}

	private static Set<OcspInquiry> inquiries(List<List<X509Certificate>> chains) {
		return chains.stream().map(OcspInquiry::of).filter(Objects::nonNull).collect(Collectors.toSet());
	}

	private OcspStaple attended(Open open, OcspInquiry inquiry) {
		OcspStaple staple = new OcspStaple(inquiry, open.client(), this.clock, this.chance);
		open.thread().execute(() -> attend(open, staple));
		return staple;
	}

	private void attend(Open open, OcspStaple staple) {
		if (!isServed(staple)) {
			return;
		}
		try {
			Duration wait = WAIT_AFTER_FAULT;
			try {
				wait = staple.renew();
			}
			catch (RuntimeException ex) {
				// The thread must go on for the others.
				logger.warn("An OCSP response could not be fetched", ex);
			}
			open.thread().schedule(() -> attend(open, staple), wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException | RejectedExecutionException ex) {
			// It is closed.
		}
	}

	private synchronized boolean isServed(OcspStaple staple) {
		return this.staples.containsValue(staple);
	}

	private synchronized @Nullable OCSPResp answer(CertificateID id) {
		return this.staples.values()
			.stream()
			.filter((staple) -> staple.isFor(id))
			.map(OcspStaple::current)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * What there is to say about it.
	 * @return the worst of all certificates, or none if nobody is to be asked
	 */
	synchronized List<HardeningCheck> checks() {
		return this.staples.values()
			.stream()
			.map(OcspStaple::check)
			.max(Comparator.comparing(HardeningCheck::verdict))
			.map(List::of)
			.orElse(List.of());
	}

	@Override
	public synchronized void close() {
		if (this.open != null) {
			this.open.close();
			this.open = null;
			this.wanted.clear();
			this.staples.clear();
		}
	}

	/**
	 * What is there as soon as a certificate names a responder.
	 */
	private record Open(ScheduledExecutorService thread, OcspClient client, UndertowOcspResponder responder,
			List<String> properties) {

		static @Nullable Open as(UndertowOcspResponder.Answers answers) {
			UndertowOcspResponder responder;
			try {
				responder = UndertowOcspResponder.open(answers);
			}
			catch (RuntimeException ex) {
				logger.warn("No OCSP response is stapled: no port could be opened on the loopback address (%s)"
					.formatted(ex.getMessage()));
				return null;
			}
			return new Open(newThread(), new OcspClient(), responder, announce(responder.address()));
		}

		private static ScheduledExecutorService newThread() {
			return new ScheduledThreadPoolExecutor(1, (task) -> {
				Thread thread = new Thread(task, "hardened-ocsp");
				thread.setDaemon(true);
				return thread;
			});
		}

		/**
		 * What the user has set stays.
		 */
		private static List<String> announce(URI responder) {
			List<String> set = new ArrayList<>();
			Map<String, String> properties = new HashMap<>(PROPERTIES);
			properties.put(RESPONDER, responder.toString());
			properties.forEach((name, value) -> {
				if (System.getProperties().putIfAbsent(name, value) == null) {
					set.add(name);
				}
			});
			return List.copyOf(set);
		}

		void close() {
			this.properties.forEach(System::clearProperty);
			this.thread.shutdownNow();
			this.responder.close();
		}

	}

}
