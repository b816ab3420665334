package io.github.hardenedhttp.certificate.acme;

import java.time.Duration;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * All certificates of the plan. What goes wrong with one does not touch the others.
 *
 * @param all in the order of the plan, at least one
 */
record MaintainedCertificates(List<MaintainedCertificate> all) {

	private static final Log logger = LogFactory.getLog(MaintainedCertificates.class);

	private static final Duration AFTER_A_FAULT = Duration.ofMinutes(1);

	MaintainedCertificates {
		all = List.copyOf(all);
	}

	/**
	 * Those for which a placeholder is served.
	 * @return the certificates that were never got
	 */
	MaintainedCertificates missing() {
		return new MaintainedCertificates(this.all.stream().filter((certificate) -> !certificate.isPresent()).toList());
	}

	/**
	 * Does for each what is to be done now.
	 * @return how long nothing is to be done
	 * @throws InterruptedException if the thread was interrupted
	 */
	Duration attend() throws InterruptedException {
		Duration soonest = Duration.ofHours(1);
		for (MaintainedCertificate certificate : this.all) {
			Duration wait = attend(certificate);
			soonest = (wait.compareTo(soonest) < 0) ? wait : soonest;
		}
		return soonest;
	}

	private static Duration attend(MaintainedCertificate certificate) throws InterruptedException {
		try {
			return certificate.attend();
		}
		catch (RuntimeException ex) {
			logger.error("The certificate '%s' could not be attended to".formatted(certificate.wanted().name()), ex);
			return AFTER_A_FAULT;
		}
	}

}
