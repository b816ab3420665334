package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;

/**
 * Attends to all certificates, on one daemon thread: from when the redirect listener can
 * answer challenges until it no longer can.
 */
final class CertificateMaintainer implements SmartLifecycle {

	private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(2);

	private final MaintainedCertificates certificates;

	private @Nullable Thread thread;

	private CountDownLatch stop = new CountDownLatch(1);

	CertificateMaintainer(MaintainedCertificates certificates) {
		this.certificates = certificates;
	}

	@Override
	public synchronized void start() {
		if (this.thread == null) {
			CountDownLatch stop = new CountDownLatch(1);
			Thread thread = new Thread(() -> run(stop), "hardened-acme");
			thread.setDaemon(true);
			this.stop = stop;
			this.thread = thread;
			thread.start();
		}
	}

	private void run(CountDownLatch stop) {
		try {
			while (stop.getCount() > 0) {
				if (stop.await(this.certificates.attend().toNanos(), TimeUnit.NANOSECONDS)) {
					return;
				}
			}
		}
		catch (InterruptedException ex) {
			// Stopped in the middle of an order, which the next start goes on with.
		}
	}

	@Override
	public synchronized void stop() {
		Thread thread = this.thread;
		this.thread = null;
		this.stop.countDown();
		if (thread != null) {
			thread.interrupt();
			try {
				thread.join(SHUTDOWN_LIMIT.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.thread != null;
	}

	@Override
	public int getPhase() {
		// One after the redirect listener
		return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 2;
	}

}
