package io.github.hardenedhttp.certificate.acme;

/**
 * How an order has ended. Each failure asks something else of whoever operates the
 * server.
 */
enum OrderResult {

	/**
	 * There is a new certificate.
	 */
	ISSUED("issued", ""),

	/**
	 * Another instance had ordered it, and the certificate was found in the store.
	 */
	FOUND("found", ""),

	/**
	 * The authority could not be reached, or was not well itself.
	 */
	UNREACHABLE("unreachable",
			"If that goes on, see whether this machine can reach the authority ('hardened.acme.directory-url') and "
					+ "trusts its HTTPS certificate ('hardened.acme.ssl-bundle')."),

	/**
	 * The authority has had too many orders, or too many that failed.
	 */
	RATE_LIMITED("rate-limited", "Nothing but waiting helps. 'letsencrypt-staging' has wider limits for trying out."),

	/**
	 * The authority could not see that a domain leads here.
	 */
	CHALLENGE_FAILED("challenge-failed",
			"See that each domain leads to this machine in DNS (A and AAAA), and that its port 80 can be reached from the "
					+ "Internet and arrives at the redirect listener ('hardened.redirect.port')."),

	/**
	 * The terms have changed, or the account needs its owner.
	 */
	ACTION_REQUIRED("action-required", "Do what the authority asks for; the order is tried again by itself."),

	/**
	 * The authority will not give this certificate.
	 */
	REJECTED("rejected", "See whether the authority may issue for each of the domains (CAA in DNS, its own rules)."),

	/**
	 * What was sent is not what was ordered.
	 */
	UNUSABLE("unusable", "What the authority sent is not served. If that goes on, tell the authority."),

	/**
	 * The store is in the way.
	 */
	STORAGE("storage", "");

	private final String tag;

	private final String advice;

	OrderResult(String tag, String advice) {
		this.tag = tag;
		this.advice = advice;
	}

	/**
	 * The value of the tag {@code result}.
	 * @return lower case with hyphens
	 */
	String tag() {
		return this.tag;
	}

	/**
	 * What a person can do.
	 * @return sentences, or nothing
	 */
	String advice() {
		return this.advice;
	}

}
