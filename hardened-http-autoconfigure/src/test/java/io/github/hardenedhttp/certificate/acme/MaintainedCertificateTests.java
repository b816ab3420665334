package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The life of a certificate with an authority that can be told what to do, a real
 * directory, and clocks that go as the test wants.
 */
@ExtendWith(OutputCaptureExtension.class)
class MaintainedCertificateTests {

	private static final WantedCertificate WANTED = new WantedCertificate("acme", List.of("one.example"));

	private final AcmePlan plan = new AcmePlan(URI.create("https://ca.example/dir"), List.of(WANTED), List.of(),
			1.0 / 3, Duration.ofMinutes(1), null, null);

	private final FakeAuthority authority = new FakeAuthority();

	private final Time time = new Time();

	@TempDir
	private Path directory;

	private Instance instance;

	@BeforeEach
	void start() {
		this.instance = new Instance();
	}

	@Test
	void theFirstOneIsOrderedAtOnceAndServed() throws Exception {
		assertThat(this.instance.bundles.current(WANTED)).isEmpty();
		Duration wait = this.instance.certificate.attend();
		assertThat(this.authority.orders()).isOne();
		assertThat(this.authority.replaced).containsOnlyNulls();
		X509Certificate certificate = this.instance.current();
		assertThat(this.instance.registry.getBundle("acme").getStores().getKeyStore().getCertificate("acme"))
			.isEqualTo(certificate);
		assertThat(wait).isEqualTo(Duration.ofHours(1));
		assertThat(this.instance.certificate.untilNextOrder()).isBetween(Duration.ofDays(59), Duration.ofDays(60));
		assertThat(this.instance.counts.of(OrderResult.ISSUED)).isOne();
	}

	@Test
	void theNextInstanceNeedsNoOrderAndNoPlaceholder(CapturedOutput output) throws Exception {
		this.instance.certificate.attend();
		int before = output.length();
		Instance next = new Instance();
		next.certificate.attend();
		assertThat(next.current()).isEqualTo(this.instance.current());
		assertThat(this.authority.orders()).isOne();
		assertThat(output.toString().substring(before)).doesNotContain("placeholder");
	}

	@Test
	void itIsRenewedWhenAThirdOfItsLifetimeIsLeft() throws Exception {
		this.instance.certificate.attend();
		X509Certificate first = this.instance.current();
		this.time.pass(Duration.ofDays(54));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isOne();
		this.time.pass(Duration.ofDays(7));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
		assertThat(this.authority.replaced).containsExactly(null, first);
		assertThat(this.authority.accounts.get(0).getPublic()).isEqualTo(this.authority.accounts.get(1).getPublic());
		assertThat(this.instance.current()).isNotEqualTo(first);
	}

	@Test
	void aWallClockThatJumpsIsNoticedWithinAnHour() throws Exception {
		this.instance.certificate.attend();
		this.time.pass(Duration.ofHours(3));
		this.time.jump(Duration.ofDays(80));
		assertThat(this.instance.certificate.untilNextOrder()).isZero();
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
	}

	@Test
	void whatIsDueAtOnceIsNotOrderedAtOnce() throws Exception {
		Instant now = this.time.instant();
		this.authority.window = new RenewalWindow(now.minusSeconds(60), now.minusSeconds(30), null);
		this.instance.certificate.attend();
		assertThat(this.instance.certificate.attend()).isPositive();
		assertThat(this.authority.orders()).isOne();
		this.time.pass(Duration.ofHours(3));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
	}

	@Test
	void theAuthorityCanWishForAnEarlierRenewal() throws Exception {
		this.instance.certificate.attend();
		Instant now = this.time.instant();
		this.authority.window = new RenewalWindow(now.minusSeconds(60), now.plusSeconds(60), null);
		this.time.pass(Duration.ofHours(6));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
	}

	@Test
	void theAuthorityCannotWishForALaterRenewal() throws Exception {
		Instant late = this.time.instant().plus(Duration.ofDays(80));
		this.authority.window = new RenewalWindow(late, late, null);
		this.instance.certificate.attend();
		assertThat(this.instance.certificate.untilNextOrder()).isLessThan(Duration.ofDays(61));
	}

	@Test
	void itIsAskedAsOftenAsItWishesWithinReason() throws Exception {
		Instant late = this.time.instant().plus(Duration.ofDays(80));
		this.authority.window = new RenewalWindow(late, late, this.time.instant().plusSeconds(1));
		this.instance.certificate.attend();
		assertThat(this.authority.questions).isOne();
		this.time.pass(Duration.ofSeconds(59));
		this.instance.certificate.attend();
		assertThat(this.authority.questions).isOne();
		this.time.pass(Duration.ofSeconds(1));
		assertThat(this.instance.certificate.attend()).isEqualTo(Duration.ofMinutes(1));
		assertThat(this.authority.questions).isEqualTo(2);
	}

	@Test
	void afterAFailureItWaitsByTheMonotonicClock() throws Exception {
		fail(OrderResult.REJECTED, null);
		assertThat(this.instance.certificate.attend()).isEqualTo(Duration.ofMinutes(1));
		this.time.jump(Duration.ofDays(1));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isOne();
		this.time.pass(Duration.ofMinutes(1));
		assertThat(this.instance.certificate.attend()).isEqualTo(Duration.ofMinutes(3));
		assertThat(this.authority.orders()).isEqualTo(2);
		this.authority.failure = null;
		this.time.pass(Duration.ofMinutes(3));
		this.instance.certificate.attend();
		assertThat(this.instance.certificate.isPresent()).isTrue();
		assertThat(this.instance.counts.of(OrderResult.REJECTED)).isEqualTo(2);
	}

	@Test
	void retryAfterIsKept() throws Exception {
		fail(OrderResult.RATE_LIMITED, this.time.instant().plus(Duration.ofHours(30)));
		this.instance.certificate.attend();
		for (int hour = 0; hour < 29; hour++) {
			this.time.pass(Duration.ofHours(1));
			assertThat(this.instance.certificate.attend()).isLessThanOrEqualTo(Duration.ofHours(1));
		}
		assertThat(this.authority.orders()).isOne();
		this.time.pass(Duration.ofHours(1));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
	}

	@Test
	void aLongWaitIsNotSilent(CapturedOutput output) throws Exception {
		fail(OrderResult.RATE_LIMITED, this.time.instant().plus(Duration.ofDays(7)));
		this.instance.certificate.attend();
		assertThat(output).contains("ERROR")
			.contains(
					"No new certificate 'acme' for [one.example] after 1 try: Out of order. Nothing but waiting helps. "
							+ "'letsencrypt-staging' has wider limits for trying out. Next try in 7 days. "
							+ "Until then a placeholder is served that no client trusts.");
		int before = output.length();
		this.time.pass(Duration.ofHours(5));
		this.instance.certificate.attend();
		assertThat(output.length()).isEqualTo(before);
		this.time.pass(Duration.ofHours(1));
		this.instance.certificate.attend();
		assertThat(output.toString().substring(before)).contains("after 1 try: Still waiting. Out of order. ");
	}

	@Test
	void theCloserTheEndTheLouder(CapturedOutput output) throws Exception {
		this.instance.certificate.attend();
		fail(OrderResult.UNREACHABLE, null);
		this.time.pass(Duration.ofDays(65));
		this.instance.certificate.attend();
		assertThat(output.toString()).contains("WARN").doesNotContain("ERROR").contains("valid for another 24 days");
		this.time.pass(Duration.ofDays(20));
		this.instance.certificate.attend();
		assertThat(output).contains("ERROR").contains("valid for another 4 days");
		this.time.pass(Duration.ofDays(10));
		this.instance.certificate.attend();
		assertThat(output).contains("The one that is served expired 5 days ago.");
	}

	@Test
	void whatIsNotWhatWasOrderedIsNotServed(CapturedOutput output) throws Exception {
		this.authority.domains = new String[] { "other.example" };
		this.instance.certificate.attend();
		assertThat(this.instance.certificate.isPresent()).isFalse();
		assertThat(output).contains("it is for [other.example], not for [one.example]");
		assertThat(this.instance.counts.of(OrderResult.UNUSABLE)).isOne();
		assertThat(new Instance().certificate.isPresent()).isFalse();
	}

	@Test
	void aDomainMoreOrLessIsANewOrder() throws Exception {
		this.authority.domains = new String[] { "one.example", "more.example" };
		saveAs(this.authority.certificate("one.example", "more.example"));
		Instance next = new Instance();
		assertThat(next.certificate.isPresent()).isTrue();
		this.authority.domains = null;
		next.certificate.attend();
		assertThat(this.authority.orders()).isOne();
		assertThat(WANTED.isFor(next.current())).isTrue();
	}

	@Test
	void whatAnotherInstanceHasRenewedIsTaken() throws Exception {
		this.instance.certificate.attend();
		Instance other = new Instance();
		this.time.pass(Duration.ofDays(61));
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
		other.certificate.attend();
		assertThat(this.authority.orders()).isEqualTo(2);
		assertThat(other.current()).isEqualTo(this.instance.current());
		assertThat(other.counts.of(OrderResult.FOUND)).isOne();
	}

	@Test
	void twoInstancesThatStartTogetherMakeOneOrder() throws Exception {
		Instance other = new Instance();
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try {
			Future<Duration> first = threads.submit(this.instance.certificate::attend);
			Future<Duration> second = threads.submit(other.certificate::attend);
			first.get();
			second.get();
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.authority.orders()).isOne();
		assertThat(other.current()).isEqualTo(this.instance.current());
	}

	@Test
	void withoutRoomInTheStoreNothingIsOrdered(CapturedOutput output) throws Exception {
		Path archive = this.directory.resolve("archive");
		Files.delete(archive);
		Files.createFile(archive);
		this.instance.certificate.attend();
		assertThat(this.authority.orders()).isZero();
		assertThat(this.instance.counts.of(OrderResult.STORAGE)).isOne();
		assertThat(output).contains(this.directory.toString());
	}

	@Test
	void whatCannotBeSavedIsServedAndSavedLaterWithoutAnotherOrder() throws Exception {
		// In the way of the generations of this certificate, but of nothing else.
		Path inTheWay = this.directory.resolve("archive").resolve(this.plan.entry(WANTED));
		Instance another = new Instance(new Obstructed(FileCertificateStore.open(this.directory), inTheWay));
		another.certificate.attend();
		assertThat(another.certificate.isPresent()).isTrue();
		assertThat(another.counts.of(OrderResult.STORAGE)).isOne();
		Files.delete(inTheWay);
		this.time.pass(Duration.ofMinutes(2));
		another.certificate.attend();
		assertThat(this.authority.orders()).isOne();
		assertThat(new Instance().current()).isEqualTo(another.current());
	}

	@Test
	void anOrderThatCannotBeSavedGoesOn(CapturedOutput output) throws Exception {
		Instance forgetful = new Instance(new Obstructed(FileCertificateStore.open(this.directory), null) {

			@Override
			public void saveOrder(String name, StartedOrder order) {
				throw new CertificateStoreException("The database", "has no such table", "Make one.", null);
			}

		});
		forgetful.certificate.attend();
		assertThat(forgetful.certificate.isPresent()).isTrue();
		assertThat(forgetful.counts.of(OrderResult.ISSUED)).isOne();
		assertThat(output).contains(
				"The order of the certificate 'acme' is not saved, and goes on: The database has no such table. Make one.");
	}

	@Test
	void aStoreThatThrowsAnythingDoesNotEndTheThread() throws Exception {
		Instance broken = new Instance(new Obstructed(FileCertificateStore.open(this.directory), null) {

			@Override
			public Lock lock(Duration patience) {
				throw new UnsupportedOperationException("no locks here");
			}

		});
		assertThat(broken.certificate.attend()).isPositive();
		assertThat(broken.counts.of(OrderResult.STORAGE)).isOne();
	}

	private void fail(OrderResult result, Instant retryAfter) {
		this.authority.failure = new OrderFailedException(result, "Out of order", retryAfter, null);
	}

	private void saveAs(StoredCertificate certificate) throws InterruptedException {
		CertificateStore store = FileCertificateStore.open(this.directory);
		CertificateStore.Lock lock = store.lock(Duration.ZERO);
		store.saveCertificate(this.plan.entry(WANTED), certificate);
		lock.close();
	}

	/**
	 * All that one process has.
	 */
	private final class Instance {

		private final DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();

		private final OrderCounts counts = new OrderCounts();

		private final AcmeBundles bundles;

		private final MaintainedCertificate certificate;

		Instance() {
			this(FileCertificateStore.open(MaintainedCertificateTests.this.directory));
		}

		Instance(CertificateStore store) {
			AcmePlan plan = MaintainedCertificateTests.this.plan;
			Time time = MaintainedCertificateTests.this.time;
			FakeAuthority authority = MaintainedCertificateTests.this.authority;
			RenewalPolicy policy = new RenewalPolicy(plan.renewAtRemaining(), plan.retryInterval());
			this.bundles = new AcmeBundles(plan, store, time);
			this.bundles.registerBundles(this.registry);
			this.certificate = new MaintainedCertificate(WANTED, this.bundles,
					new CertificateIssuance(plan, store, authority, this.bundles, policy, time), authority, policy,
					this.counts, time, time::nanos, () -> 0);
		}

		X509Certificate current() {
			return this.bundles.current(WANTED).orElseThrow().certificate();
		}

	}

	/**
	 * A store whose next certificate finds a file where it would be saved, and which
	 * keeps no orders.
	 */
	private static class Obstructed implements CertificateStore {

		private final CertificateStore store;

		private final Path obstacle;

		Obstructed(CertificateStore store, Path obstacle) {
			this.store = store;
			this.obstacle = obstacle;
		}

		@Override
		public Optional<KeyPair> loadAccountKey(URI directory) {
			return this.store.loadAccountKey(directory);
		}

		@Override
		public void saveAccountKey(URI directory, KeyPair key) {
			this.store.saveAccountKey(directory, key);
			try {
				if (this.obstacle != null) {
					Files.createFile(this.obstacle);
				}
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		}

		@Override
		public Optional<StoredCertificate> loadCertificate(String name) {
			return this.store.loadCertificate(name);
		}

		@Override
		public void saveCertificate(String name, StoredCertificate certificate) {
			this.store.saveCertificate(name, certificate);
		}

		@Override
		public Lock lock(Duration patience) throws InterruptedException {
			return this.store.lock(patience);
		}

	}

	/**
	 * Two clocks: one that only goes on, and one that also jumps.
	 */
	private final class Time extends Clock {

		private final Instant start = Instant.now();

		private Duration passed = Duration.ZERO;

		private Duration jumped = Duration.ZERO;

		void pass(Duration duration) {
			this.passed = this.passed.plus(duration);
			MaintainedCertificateTests.this.authority.now = instant();
		}

		void jump(Duration duration) {
			this.jumped = this.jumped.plus(duration);
			MaintainedCertificateTests.this.authority.now = instant();
		}

		long nanos() {
			return Long.MAX_VALUE - 1000 + this.passed.toNanos();
		}

		@Override
		public Instant instant() {
			return this.start.plus(this.passed).plus(this.jumped);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
