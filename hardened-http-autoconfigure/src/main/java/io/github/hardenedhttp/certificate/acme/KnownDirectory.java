package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/**
 * The authorities that can be called by a name in place of the address of their
 * directory.
 */
enum KnownDirectory {

	/**
	 * Let's Encrypt. Every client trusts it; it counts orders and failures.
	 */
	LETSENCRYPT("letsencrypt", "https://acme-v02.api.letsencrypt.org/directory"),

	/**
	 * Let's Encrypt's copy for trying things out: no client trusts it, and its limits are
	 * wide.
	 */
	LETSENCRYPT_STAGING("letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory");

	private final String text;

	private final URI address;

	KnownDirectory(String text, String address) {
		this.text = text;
		this.address = URI.create(address);
	}

	/**
	 * Finds a directory by its name.
	 * @param text what stands in the configuration
	 * @return the directory, or empty if it is no name
	 */
	static Optional<KnownDirectory> named(String text) {
		return Arrays.stream(values()).filter((directory) -> directory.text.equals(text)).findFirst();
	}

	static Optional<KnownDirectory> at(URI address) {
		return Arrays.stream(values()).filter((directory) -> directory.address.equals(address)).findFirst();
	}

	URI address() {
		return this.address;
	}

	/**
	 * Where the terms of service can be read.
	 * @return the address of a page
	 */
	URI termsOfService() {
		return URI.create("https://letsencrypt.org/repository/");
	}

}
