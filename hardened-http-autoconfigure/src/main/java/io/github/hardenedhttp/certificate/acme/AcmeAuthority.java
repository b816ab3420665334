package io.github.hardenedhttp.certificate.acme;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/**
 * Speaks ACME (RFC 8555) by way of acme4j: account, order, HTTP-01, finalization,
 * download. Every order begins with directory and account, so that nothing goes stale in
 * the weeks between two orders. Waits go by the monotonic clock.
 */
final class AcmeAuthority implements CertificateAuthority {

	private static final Log logger = LogFactory.getLog(AcmeAuthority.class);

	private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * How long the authority may take for its checks, and then to issue.
	 */
	private static final Duration PATIENCE = Duration.ofMinutes(3);

	private static final Duration FIRST_POLL = Duration.ofMillis(200);

	private static final Duration SLOWEST_POLL = Duration.ofSeconds(5);

	private static final String SERVER_INTERNAL = "urn:ietf:params:acme:error:serverInternal";

	private static final int LONGEST_PROBLEM = 500;

	private final AcmePlan plan;

	private final OpenChallenges challenges;

	private final Supplier<@Nullable SSLContext> trust;

	private final Clock clock;

	/**
	 * Creates the authority.
	 * @param plan where it is
	 * @param challenges where the responses are put
	 * @param trust whom to trust, asked with each order
	 * @param clock the wall clock
	 */
	AcmeAuthority(AcmePlan plan, OpenChallenges challenges, Supplier<@Nullable SSLContext> trust, Clock clock) {
		this.plan = plan;
		this.challenges = challenges;
		this.trust = trust;
		this.clock = clock;
	}

	@Override
	public StoredCertificate order(KeyPair account, WantedCertificate wanted, @Nullable X509Certificate replaced,
			OrderMemory memory) throws OrderFailedException, InterruptedException {
		try {
			Session session = session();
			Login login = login(session, account);
			StartedOrder started = memory.recall().orElse(null);
			StoredCertificate resumed = (started != null) ? resume(login, started, wanted) : null;
			if (resumed != null && !resumed.certificate().equals(replaced)) {
				return resumed;
			}
			Order order = newOrder(login, wanted, knowsRenewalInfo(session) ? replaced : null);
			prove(order.getAuthorizations());
			poll(order, Status.READY, Status.VALID);
			KeyPair key = CertificateKeys.generate();
			memory.remember(new StartedOrder(order.getLocation().toURI(), key));
			return issue(order, key);
		}
		catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException ex) {
			throw failure(ex);
		}
		catch (IllegalArgumentException | GeneralSecurityException | URISyntaxException ex) {
			throw new OrderFailedException(OrderResult.UNUSABLE, sentence(ex.getMessage()), null, ex);
		}
	}

	/**
	 * Goes on with an order where it was stopped.
	 * @return the certificate, or {@code null} if there is nothing more to be had from it
	 */
	private @Nullable StoredCertificate resume(Login login, StartedOrder started, WantedCertificate wanted)
			throws OrderFailedException, InterruptedException {
		try {
			Order order = login.bindOrder(started.location().toURL());
			try {
				order.fetch();
			}
			catch (AcmeNetworkException ex) {
				if (OrderFailedException.isInterruption(ex)) {
					throw ex;
				}
				// Directory and account have just answered: the host of this order is
				// gone.
				return goneBy(started, ex);
			}
			if (order.getStatus() == Status.PENDING || !domainsOf(order).equals(Set.copyOf(wanted.domains()))) {
				return null;
			}
			StoredCertificate issued = issue(order, started.key());
			IssuedChain.check(issued, wanted, this.clock.instant());
			return issued;
		}
		catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException ex) {
			OrderFailedException failure = failure(ex);
			if (failure.getCause() instanceof AcmeNetworkException
					|| failure.getCause() instanceof AcmeRateLimitedException) {
				throw failure;
			}
			return goneBy(started, ex);
		}
		catch (OrderFailedException | IllegalArgumentException | MalformedURLException ex) {
			return goneBy(started, ex);
		}
	}

	private static Set<String> domainsOf(Order order) {
		return order.getIdentifiers()
			.stream()
			.map((identifier) -> identifier.getDomain().toLowerCase(Locale.ROOT))
			.collect(Collectors.toSet());
	}

	private static @Nullable StoredCertificate goneBy(StartedOrder started, Exception reason) {
		logger.debug("The order '%s' cannot be gone on with".formatted(started.location()), reason);
		return null;
	}

	private StoredCertificate issue(Order order, KeyPair key)
			throws AcmeException, OrderFailedException, InterruptedException {
		if (order.getStatus() == Status.READY) {
			order.execute(key);
		}
		poll(order, Status.VALID);
		return new StoredCertificate(key.getPrivate(), order.getCertificate().getCertificateChain());
	}

	private Session session() {
		return new Session(this.plan.directory(), new AuthorityConnector(this.trust.get(), REQUEST_TIMEOUT));
	}

	/**
	 * The authority finds the account by its key, or makes one (RFC 8555 section 7.3).
	 */
	private Login login(Session session, KeyPair account) throws AcmeException {
		AccountBuilder builder = new AccountBuilder().useKeyPair(account).agreeToTermsOfService();
		this.plan.contacts().forEach(builder::addContact);
		return builder.createLogin(session);
	}

	private static boolean knowsRenewalInfo(Session session) throws AcmeException {
		return session.resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
	}

	private static Order newOrder(Login login, WantedCertificate wanted, @Nullable X509Certificate replaced)
			throws AcmeException {
		if (replaced != null) {
			try {
				return builder(login, wanted).replaces(replaced).create();
			}
			catch (AcmeRateLimitedException ex) {
				throw ex;
			}
			catch (AcmeServerException | IllegalArgumentException ex) {
				// It is no longer known there, or replaced already: RFC 9773 section 5
				// lets the order be made without saying so.
			}
		}
		return builder(login, wanted).create();
	}

	private static OrderBuilder builder(Login login, WantedCertificate wanted) {
		return login.newOrder().domains(wanted.domains());
	}

	private void prove(List<Authorization> authorizations)
			throws AcmeException, OrderFailedException, InterruptedException {
		List<Http01Challenge> open = new ArrayList<>();
		try {
			for (Authorization authorization : authorizations) {
				if (authorization.getStatus() == Status.PENDING) {
					Http01Challenge challenge = challenge(authorization);
					this.challenges.open(challenge.getToken(), challenge.getAuthorization());
					open.add(challenge);
					challenge.trigger();
				}
			}
			for (Authorization authorization : authorizations) {
				poll(authorization, Status.VALID);
			}
		}
		finally {
			open.forEach((challenge) -> this.challenges.close(challenge.getToken()));
		}
	}

	private static Http01Challenge challenge(Authorization authorization) throws OrderFailedException {
		return authorization.findChallenge(Http01Challenge.class)
			.orElseThrow(() -> new OrderFailedException(OrderResult.REJECTED,
					"The authority offers no HTTP-01 for '%s'".formatted(authorization.getIdentifier().getDomain()),
					null, null));
	}

	private void poll(PollableResource resource, Status... wanted)
			throws AcmeException, OrderFailedException, InterruptedException {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		List<Status> good = List.of(wanted);
		Duration wait = FIRST_POLL;
		while (!good.contains(resource.getStatus())) {
			if (resource.getStatus() == Status.INVALID || resource.getStatus() == Status.EXPIRED
					|| resource.getStatus() == Status.DEACTIVATED || resource.getStatus() == Status.REVOKED) {
				throw failed(resource);
			}
			if (System.nanoTime() - deadline > 0) {
				throw new OrderFailedException(OrderResult.UNREACHABLE,
						"The authority did not come to an end within " + PATIENCE.toMinutes() + " minutes", null, null);
			}
			Thread.sleep(wait.toMillis());
			Optional<Instant> retryAfter = resource.fetch();
			Duration slower = wait.multipliedBy(2);
			wait = retryAfter.map((instant) -> Duration.between(this.clock.instant(), instant))
				.filter((asked) -> asked.compareTo(FIRST_POLL) > 0)
				.map((asked) -> (asked.compareTo(PATIENCE) < 0) ? asked : PATIENCE)
				.orElse((slower.compareTo(SLOWEST_POLL) < 0) ? slower : SLOWEST_POLL);
		}
	}

	private static OrderFailedException failed(PollableResource resource) {
		if (resource instanceof Authorization authorization) {
			Http01Challenge challenge = authorization.findChallenge(Http01Challenge.class).orElse(null);
			String detail = (challenge != null)
					? challenge.getError().map(AcmeAuthority::text).orElse("").replace(challenge.getToken(), "(token)")
					: "";
			return new OrderFailedException(OrderResult.CHALLENGE_FAILED,
					"The authority could not see that '%s' leads here: %s"
						.formatted(authorization.getIdentifier().getDomain(), sentence(detail)),
					null, null);
		}
		String detail = (resource instanceof Order order) ? order.getError().map(AcmeAuthority::text).orElse("") : "";
		return new OrderFailedException(OrderResult.REJECTED, "The order was refused: " + sentence(detail), null, null);
	}

	@Override
	public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) throws OrderFailedException {
		try {
			Session session = session();
			if (!knowsRenewalInfo(session)) {
				return Optional.empty();
			}
			// It is asked for without an account; acme4j wants to be given one.
			Login nobody = session.login(this.plan.directory().toURL(), CertificateKeys.generate());
			RenewalInfo info = nobody.bindRenewalInfo(certificate);
			Instant askAgain = info.fetch().orElse(null);
			Instant start = info.getSuggestedWindowStart();
			Instant end = info.getSuggestedWindowEnd();
			return Optional.of(new RenewalWindow(start, end.isBefore(start) ? start : end, askAgain));
		}
		catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException ex) {
			throw failure(ex);
		}
		catch (IllegalArgumentException | MalformedURLException | GeneralSecurityException ex) {
			// A certificate without the key identifier of its issuer, which makes its
			// name there.
			return Optional.empty();
		}
	}

	private static OrderFailedException failure(Exception failure) {
		Exception cause = (failure instanceof AcmeLazyLoadingException && failure.getCause() instanceof Exception inner)
				? inner : failure;
		if (cause instanceof AcmeRateLimitedException limited) {
			return new OrderFailedException(OrderResult.RATE_LIMITED,
					"The authority limits orders: " + sentence(text(limited.getProblem())),
					limited.getRetryAfter().orElse(null), cause);
		}
		if (cause instanceof AcmeUserActionRequiredException required) {
			return new OrderFailedException(OrderResult.ACTION_REQUIRED, "The authority wants something of you: "
					+ sentence(text(required.getProblem()))
					+ required.getTermsOfServiceUri().map((uri) -> ", terms at " + clean(uri.toString())).orElse(""),
					null, cause);
		}
		if (cause instanceof AcmeServerException server) {
			boolean unwell = URI.create(SERVER_INTERNAL).equals(server.getType());
			return new OrderFailedException(unwell ? OrderResult.UNREACHABLE : OrderResult.REJECTED,
					(unwell ? "The authority is not well: " : "The authority refuses: ")
							+ sentence(text(server.getProblem())),
					null, cause);
		}
		String what = (cause instanceof AcmeNetworkException) ? "The authority cannot be reached: "
				: "The authority does not answer as it should: ";
		return new OrderFailedException(OrderResult.UNREACHABLE, what + sentence(rootMessage(cause)), null, cause);
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && root.getCause() != root) {
			root = root.getCause();
		}
		String name = root.getClass().getSimpleName();
		return (root.getMessage() != null) ? name + ", " + root.getMessage() : name;
	}

	private static String text(Problem problem) {
		String text = problem.getDetail().orElseGet(() -> problem.getType().toString());
		StringBuilder all = new StringBuilder(text);
		for (Problem sub : problem.getSubProblems()) {
			sub.getDetail().ifPresent((detail) -> all.append("; ").append(detail));
		}
		return all.toString();
	}

	private static String sentence(@Nullable String text) {
		String cleaned = (text != null) ? clean(text).strip() : "";
		String whole = cleaned.isEmpty() ? "no reason was given" : cleaned;
		return whole.endsWith(".") ? whole.substring(0, whole.length() - 1) : whole;
	}

	/**
	 * What others wrote must not make lines of its own in a log.
	 */
	private static String clean(String text) {
		String line = text.replaceAll("\\p{Cntrl}+", " ");
		return (line.length() <= LONGEST_PROBLEM) ? line : line.substring(0, LONGEST_PROBLEM) + "...";
	}

}
