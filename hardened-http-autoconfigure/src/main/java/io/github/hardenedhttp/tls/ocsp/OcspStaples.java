package io.github.hardenedhttp.tls.ocsp;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

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
 * is told to ask one in this process ({@link SharedOcspResponder}), which answers at once
 * from what is here, while a thread of its own asks the real ones. As long as no
 * certificate names a responder there are neither properties nor thread nor socket.
 * <p>
 * Thread-safe. One for all servers of an application.
 */
public final class OcspStaples implements AutoCloseable {

	/**
	 * The property that turns it off.
	 */
	public static final String PROPERTY = "hardened.tls.ocsp-stapling";

	private static final Log logger = LogFactory.getLog(OcspStaples.class);

	private static final Duration WAIT_AFTER_FAULT = Duration.ofHours(1);

	// RFC 5280, section 4.2.2.1
	private static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";

	// 1.3.6.1.5.5.7.48.1 (RFC 5280, section 4.2.2.1), as DER has it
	private static final String OCSP = "\u0006\u0008\u002b\u0006\u0001\u0005\u0005\u0007\u0030\u0001";

	private final Clock clock;

	private final DoubleSupplier chance;

	private final UndertowOcspResponder.Answers answers = new Current();

	// Changed under the lock of "this", read by the responder without
	private final Map<OcspInquiry, OcspStaple> staples = new ConcurrentHashMap<>();

	// Both guarded by "this"

	private final Map<Object, Set<OcspInquiry>> wanted = new HashMap<>();

	private @Nullable Open open;

	/**
	 * Create it. Nothing is opened before a certificate names a responder.
	 * @param clock tells how long a response is valid
	 * @param chance a number from 0 to 1 each time it is asked, so that the instances of
	 * an application do not ask at the same time
	 */
	public OcspStaples(Clock clock, DoubleSupplier chance) {
		this.clock = clock;
		this.chance = chance;
	}

	/**
	 * Makes ready for certificates. JSSE decides when a context is made whether it ever
	 * staples: to be called before.
	 * @param chains the certificates of the context, each with its chain
	 */
	public synchronized void prepare(List<List<X509Certificate>> chains) {
		if (this.open == null && !inquiries(chains).isEmpty() && SharedOcspResponder.join(this.answers)) {
			this.open = new Open(newThread(), new OcspClient());
		}
	}

	private static ScheduledExecutorService newThread() {
		return new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "hardened-ocsp");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Staples to certificates from now on, in place of those before.
	 * @param bundle what the certificates are the present content of
	 * @param chains the certificates, each with its chain
	 */
	public synchronized void serve(Object bundle, List<List<X509Certificate>> chains) {
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
		Set<OcspInquiry> inquiries = new HashSet<>();
		for (List<X509Certificate> chain : chains) {
			OcspInquiry inquiry = namesSomebody(chain) ? OcspInquiry.of(chain) : null;
			if (inquiry != null) {
				inquiries.add(inquiry);
			}
		}
		return inquiries;
	}

	/**
	 * Those of Let's Encrypt name an issuer there and no responder: for them the start
	 * need not load Bouncy Castle.
	 */
	private static boolean namesSomebody(List<X509Certificate> chain) {
		byte[] access = chain.get(0).getExtensionValue(AUTHORITY_INFORMATION_ACCESS);
		return access != null && new String(access, StandardCharsets.ISO_8859_1).contains(OCSP);
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
			catch (RuntimeException | Error ex) {
				// Whatever it is: the thread must go on for the others, and ask again.
				logger.warn("An OCSP response could not be fetched", ex);
			}
			open.thread().schedule(() -> attend(open, staple), wait.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException | RejectedExecutionException ex) {
			// It is closed.
		}
	}

	/**
	 * With the lock: {@link #serve} must have ended.
	 */
	private synchronized boolean isServed(OcspStaple staple) {
		return this.staples.containsValue(staple);
	}

	/**
	 * What there is to say about it.
	 * @return the worst of all certificates, or none if nobody is to be asked
	 */
	public synchronized List<HardeningCheck> checks() {
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
			this.open.thread().shutdownNow();
			this.open = null;
			SharedOcspResponder.leave(this.answers);
			this.wanted.clear();
			this.staples.clear();
		}
	}

	/**
	 * What is there as soon as a certificate names a responder.
	 */
	private record Open(ScheduledExecutorService thread, OcspClient client) {
	}

	/**
	 * A class of its own, for Spring looks at the methods of a bean, and thereby loads
	 * the classes in them.
	 */
	private final class Current implements UndertowOcspResponder.Answers {

		@Override
		public @Nullable OCSPResp about(CertificateID id) {
			return OcspStaples.this.staples.values()
				.stream()
				.filter((staple) -> staple.isFor(id))
				.map(OcspStaple::current)
				.filter(Objects::nonNull)
				.findFirst()
				.orElse(null);
		}

	}

}
