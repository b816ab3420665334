package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class CertificateMaintainerTests {

	@TempDir
	private Path directory;

	@Test
	void anOrderThatHangsHoldsUpNeitherStartNorStop(CapturedOutput output) throws InterruptedException {
		Hanging authority = new Hanging();
		CertificateMaintainer maintainer = new CertificateMaintainer(
				new MaintainedCertificates(List.of(certificate(authority))));
		maintainer.start();
		assertThat(authority.asked.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(maintainer.isRunning()).isTrue();
		assertThat(authority.thread.isDaemon()).isTrue();
		int before = output.length();
		maintainer.stop();
		assertThat(maintainer.isRunning()).isFalse();
		authority.thread.join(10_000);
		assertThat(authority.thread.isAlive()).isFalse();
		assertThat(output.toString().substring(before)).doesNotContain("No new certificate");
	}

	private MaintainedCertificate certificate(CertificateAuthority authority) {
		WantedCertificate wanted = new WantedCertificate("acme", List.of("one.example"));
		AcmePlan plan = new AcmePlan(URI.create("https://ca.example/dir"), List.of(wanted), List.of(), 0.33,
				Duration.ofMinutes(1), null, null);
		CertificateStore store = FileCertificateStore.open(this.directory);
		Clock clock = Clock.systemUTC();
		RenewalPolicy policy = new RenewalPolicy(plan.renewAtRemaining(), plan.retryInterval());
		AcmeBundles bundles = new AcmeBundles(plan, store, clock);
		bundles.registerBundles(new DefaultSslBundleRegistry());
		return new MaintainedCertificate(wanted, bundles,
				new CertificateIssuance(plan, store, authority, bundles, policy, clock), authority, policy,
				new OrderCounts(), clock, System::nanoTime, () -> 0);
	}

	/**
	 * An authority that never answers. Interrupted, it fails as acme4j does.
	 */
	private static final class Hanging implements CertificateAuthority {

		private final CountDownLatch asked = new CountDownLatch(1);

		private volatile Thread thread;

		@Override
		public StoredCertificate order(KeyPair account, WantedCertificate wanted, X509Certificate replaced,
				OrderMemory memory) throws OrderFailedException {
			this.thread = Thread.currentThread();
			this.asked.countDown();
			try {
				new CountDownLatch(1).await();
				throw new IllegalStateException();
			}
			catch (InterruptedException ex) {
				throw new OrderFailedException(OrderResult.UNREACHABLE, "Interrupted", null, ex);
			}
		}

		@Override
		public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) {
			return Optional.empty();
		}

	}

}
