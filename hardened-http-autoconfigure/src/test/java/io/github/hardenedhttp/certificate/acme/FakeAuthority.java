package io.github.hardenedhttp.certificate.acme;

import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.jspecify.annotations.Nullable;

/**
 * An authority that does what Pebble cannot be made to do. It signs nothing but with the
 * certificate's own key.
 */
final class FakeAuthority implements CertificateAuthority {

	final List<KeyPair> accounts = new ArrayList<>();

	final List<@Nullable X509Certificate> replaced = new ArrayList<>();

	Instant now = Instant.now();

	Duration lifetime = Duration.ofDays(90);

	@Nullable OrderFailedException failure;

	@Nullable RenewalWindow window;

	String @Nullable [] domains;

	int questions;

	@Override
	public synchronized StoredCertificate order(KeyPair account, WantedCertificate wanted,
			@Nullable X509Certificate replaced, OrderMemory memory) throws OrderFailedException {
		this.accounts.add(account);
		this.replaced.add(replaced);
		if (this.failure != null) {
			throw this.failure;
		}
		memory.remember(new StartedOrder(URI.create("https://ca.example/order/" + orders()), account));
		return certificate((this.domains != null) ? this.domains : wanted.domains().toArray(String[]::new));
	}

	StoredCertificate certificate(String... domains) {
		TestCertificates made = TestCertificates.ecdsa(domains).validFrom(this.now).validFor(this.lifetime);
		return new StoredCertificate(made.privateKey(), List.of(made.certificate()));
	}

	int orders() {
		return this.accounts.size();
	}

	@Override
	public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) {
		this.questions++;
		return Optional.ofNullable(this.window);
	}

}
