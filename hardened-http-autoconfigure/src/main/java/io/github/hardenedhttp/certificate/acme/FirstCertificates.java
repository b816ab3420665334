package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.github.hardenedhttp.redirect.ChallengeListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.core.Ordered;

/**
 * Holds up the start until no certificate is missing, where that is asked for. It happens
 * while bundles are registered: before there is a server, so that nobody ever sees a
 * placeholder. Meanwhile a listener answers the challenges, and nothing else.
 */
final class FirstCertificates implements SslBundleRegistrar, Ordered {

	private final MaintainedCertificates certificates;

	private final @Nullable Duration limit;

	private final Supplier<ChallengeListener> listener;

	/**
	 * Creates the registrar.
	 * @param certificates all certificates
	 * @param limit how long to wait, or {@code null} not to
	 * @param listener opens the listener for challenges
	 */
	FirstCertificates(MaintainedCertificates certificates, @Nullable Duration limit,
			Supplier<ChallengeListener> listener) {
		this.certificates = certificates;
		this.limit = limit;
		this.listener = listener;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void registerBundles(SslBundleRegistry registry) {
		MaintainedCertificates missing = this.certificates.missing();
		if (this.limit != null && !missing.all().isEmpty()) {
			ChallengeListener listener = this.listener.get();
			try {
				await(missing, this.limit);
			}
			finally {
				listener.close();
			}
		}
	}

	private static void await(MaintainedCertificates missing, Duration limit) {
		FutureTask<Void> task = new FutureTask<>(() -> {
			obtain(missing);
			return null;
		});
		Thread thread = new Thread(task, "hardened-acme-start");
		thread.setDaemon(true);
		thread.start();
		try {
			task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			MaintainedCertificate first = missing.missing().all().stream().findFirst().orElse(null);
			if (first != null) {
				throw new MissingCertificateException(first.wanted().name(), first.wanted().domains(), limit,
						first.lastProblem());
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("Certificates could not be ordered", ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for certificates", ex);
		}
		finally {
			task.cancel(true);
		}
	}

	private static void obtain(MaintainedCertificates missing) throws InterruptedException {
		for (MaintainedCertificates still = missing; !still.all().isEmpty(); still = still.missing()) {
			Duration wait = still.attend();
			if (!still.missing().all().isEmpty()) {
				TimeUnit.NANOSECONDS.sleep(wait.toNanos());
			}
		}
	}

}
