package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.hardenedhttp.undertow.Percentage;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * What can be set about certificates from a certificate authority that speaks ACME.
 *
 * @param enabled Whether certificates are ordered from a certificate authority (ACME),
 * and renewed.
 * @param directoryUrl Address of the authority's directory, or 'letsencrypt' or
 * 'letsencrypt-staging'. If not set, the start fails.
 * @param domains Domains of the certificate, which becomes the SSL bundle 'acme'. No
 * other domain is ever ordered. If not set, those in 'hardened.acme.certificates'.
 * @param certificates Further certificates, each with a 'name', which becomes that of its
 * SSL bundle, and its 'domains'. If not set, there is the one of 'hardened.acme.domains'.
 * @param contact E-mail addresses the authority may write to. If not set, it has none.
 * @param acceptTermsOfService Whether you have read the authority's terms of service and
 * accept them.
 * @param storage Directory for account key, certificates and their keys, which must
 * outlive the process. If not set, the start fails, unless there is a bean of type
 * CertificateStore.
 * @param renewAtRemaining Part of a certificate's own lifetime that is left when it is
 * renewed, from 5% to 90%.
 * @param retryInterval Wait after a first failure; it triples with each further one.
 * @param sslBundle SSL bundle whose trust store knows the authority's own HTTPS
 * certificate. If not set, what Java trusts.
 * @param waitAtStart Whether the start waits for certificates that are missing, in place
 * of serving a self-signed one meanwhile.
 * @param waitLimit Longest wait at start, after which the start fails.
 */
@ConfigurationProperties("hardened.acme")
record AcmeProperties(@DefaultValue("false") boolean enabled, @Nullable String directoryUrl,
		@DefaultValue List<String> domains, @DefaultValue List<Certificate> certificates,
		@DefaultValue List<String> contact, @DefaultValue("false") boolean acceptTermsOfService,
		@Nullable String storage, @DefaultValue("33%") Percentage renewAtRemaining,
		@DefaultValue("1m") Duration retryInterval, @Nullable String sslBundle,
		@DefaultValue("false") boolean waitAtStart, @DefaultValue("2m") Duration waitLimit) {

	private static final String PREFIX = "hardened.acme.";

	/**
	 * The bundle of {@code hardened.acme.domains}.
	 */
	static final String DEFAULT_NAME = "acme";

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,39}");

	/**
	 * Labels of letters, digits and hyphens, at least two of them, the last one not a
	 * number.
	 */
	private static final Pattern DOMAIN = Pattern
		.compile("(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

	private static final Pattern E_MAIL = Pattern.compile("[^\\s@?,]+@[^\\s@?,]+");

	private static final double LEAST_REMAINING = 0.05;

	private static final double MOST_REMAINING = 0.9;

	private static final Duration MIN_RETRY_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY_INTERVAL = Duration.ofHours(1);

	/**
	 * Checks the values.
	 * @return a plan that can be carried out
	 * @throws InvalidConfigurationPropertyValueException if it cannot
	 */
	AcmePlan toPlan() {
		URI directory = checkedDirectory();
		List<WantedCertificate> certificates = checkedCertificates();
		checkTerms(directory);
		return new AcmePlan(directory, certificates, checkedContacts(), checkedRemaining(), checkedRetryInterval(),
				StringUtils.hasText(this.sslBundle) ? this.sslBundle : null, checkedWait());
	}

	/**
	 * Opens the directory certificates are stored in.
	 * @return the store
	 * @throws InvalidConfigurationPropertyValueException if there is none, or it cannot
	 * be used
	 */
	CertificateStore toStore() {
		Path directory = checkedStorage();
		try {
			return FileCertificateStore.open(directory);
		}
		catch (CertificateStoreException ex) {
			throw invalid("storage", this.storage, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * The directory certificates are stored in.
	 * @return the directory, which need not exist
	 * @throws InvalidConfigurationPropertyValueException if there is none
	 */
	Path checkedStorage() {
		if (!StringUtils.hasText(this.storage)) {
			throw invalid("storage", this.storage,
					"Certificates and keys must outlive the process, or every start orders new ones, which authorities limit. "
							+ "Set it to a directory that only this application can read.");
		}
		try {
			return Path.of(this.storage);
		}
		catch (InvalidPathException ex) {
			throw invalid("storage", this.storage, "It is no path of a directory: %s.".formatted(ex.getReason()));
		}
	}

	private URI checkedDirectory() {
		if (!StringUtils.hasText(this.directoryUrl)) {
			throw invalid("directory-url", this.directoryUrl,
					"There is no authority to order from. Set it to 'letsencrypt-staging' while you try things out, "
							+ "then to 'letsencrypt', or to the address of another authority's directory.");
		}
		URI known = KnownDirectory.named(this.directoryUrl).map(KnownDirectory::address).orElse(null);
		if (known != null) {
			return known;
		}
		try {
			URI address = new URI(this.directoryUrl);
			if ("https".equals(address.getScheme()) && address.getHost() != null) {
				return address;
			}
		}
		catch (URISyntaxException ex) {
			// Said below.
		}
		throw invalid("directory-url", this.directoryUrl,
				"Must be 'letsencrypt', 'letsencrypt-staging', or the address of a directory, which begins with 'https://'.");
	}

	private List<WantedCertificate> checkedCertificates() {
		Map<String, WantedCertificate> certificates = new LinkedHashMap<>();
		Set<String> taken = new LinkedHashSet<>();
		if (!this.domains.isEmpty()) {
			certificates.put(DEFAULT_NAME,
					new WantedCertificate(DEFAULT_NAME, checkedDomains("domains", this.domains, taken)));
		}
		for (int i = 0; i < this.certificates.size(); i++) {
			String key = "certificates[" + i + "].";
			String name = this.certificates.get(i).name();
			if (name == null || !NAME.matcher(name).matches()) {
				throw invalid(key + "name", name, "Every certificate needs a name of its own: up to 40 lower-case "
						+ "letters, digits, dots, hyphens and underscores.");
			}
			List<String> domains = this.certificates.get(i).domains();
			if (domains.isEmpty()) {
				throw invalid(key + "domains", null, "A certificate must be for a domain. List its domains.");
			}
			WantedCertificate wanted = new WantedCertificate(name, checkedDomains(key + "domains", domains, taken));
			if (certificates.putIfAbsent(name, wanted) != null) {
				throw invalid(key + "name", name,
						"Another certificate has this name ('acme' is that of 'hardened.acme.domains'). Choose another.");
			}
		}
		if (certificates.isEmpty()) {
			throw invalid("domains", null,
					"No certificate is ordered but for the domains listed here. List those that lead to this server.");
		}
		return List.copyOf(certificates.values());
	}

	private static List<String> checkedDomains(String key, List<String> domains, Set<String> taken) {
		List<String> checked = new ArrayList<>();
		for (String text : domains) {
			String domain = text.strip().toLowerCase(Locale.ROOT);
			if (domain.startsWith("*.")) {
				throw invalid(key, text, "A certificate for every name below a domain cannot be had by HTTP-01, which "
						+ "proves one name at a time. List the names.");
			}
			if (!DOMAIN.matcher(domain).matches()) {
				throw invalid(key, text, ("'%s' is no domain. Give a name with a dot in it, in ASCII (an IDN as "
						+ "'xn--...'), without scheme, port or path; no IP address.")
					.formatted(text));
			}
			if (!taken.add(domain)) {
				throw invalid(key, text, "'%s' is listed twice. Each domain has one certificate.".formatted(domain));
			}
			checked.add(domain);
		}
		return checked;
	}

	private void checkTerms(URI directory) {
		if (!this.acceptTermsOfService) {
			String where = KnownDirectory.at(directory)
				.map((known) -> known.termsOfService().toString())
				.orElseGet(() -> "the address that '%s' shows as 'termsOfService'".formatted(directory));
			throw invalid("accept-terms-of-service", false,
					"The authority gives certificates only to those who accept its terms of service. "
							+ "Read them at %s, then set this property to true.".formatted(where));
		}
	}

	private List<URI> checkedContacts() {
		List<URI> contacts = new ArrayList<>();
		for (String text : this.contact) {
			String address = text.startsWith("mailto:") ? text.substring("mailto:".length()) : text;
			if (!E_MAIL.matcher(address).matches()) {
				throw invalid("contact", text,
						"'%s' is no e-mail address, such as 'admin@example.org'.".formatted(text));
			}
			contacts.add(URI.create("mailto:" + address));
		}
		return contacts;
	}

	private double checkedRemaining() {
		double part = this.renewAtRemaining.fraction();
		if (part < LEAST_REMAINING || part > MOST_REMAINING) {
			throw invalid("renew-at-remaining", this.renewAtRemaining,
					"Must be from 5% to 90%: what is left of a certificate's lifetime when it is renewed. "
							+ "Less leaves no time to repair anything, more would order again and again.");
		}
		return part;
	}

	private Duration checkedRetryInterval() {
		if (this.retryInterval.compareTo(MIN_RETRY_INTERVAL) < 0
				|| this.retryInterval.compareTo(MAX_RETRY_INTERVAL) > 0) {
			throw invalid("retry-interval", this.retryInterval,
					"Must be from 1s to 1h. Authorities limit how often an order may fail: 1m is a good start.");
		}
		return this.retryInterval;
	}

	private @Nullable Duration checkedWait() {
		if (!this.waitAtStart) {
			return null;
		}
		if (this.waitLimit.isNegative() || this.waitLimit.isZero()) {
			throw invalid("wait-limit", this.waitLimit,
					"Must be longer than 0s. To start without waiting, set 'hardened.acme.wait-at-start' to false.");
		}
		return this.waitLimit;
	}

	private static InvalidConfigurationPropertyValueException invalid(String key, @Nullable Object value,
			String reason) {
		return new InvalidConfigurationPropertyValueException(PREFIX + key, value, reason);
	}

	/**
	 * One of several certificates.
	 *
	 * @param name Name of the SSL bundle the certificate becomes.
	 * @param domains Domains of this certificate.
	 */
	record Certificate(@Nullable String name, @DefaultValue List<String> domains) {

	}

}
