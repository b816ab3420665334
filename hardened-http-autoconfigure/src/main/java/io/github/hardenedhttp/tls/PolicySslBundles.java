package io.github.hardenedhttp.tls;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * What the web server is given in place of Boot's bundles: the same, but for those it
 * serves, which keep the policy.
 */
final class PolicySslBundles implements SslBundles {

	private final SslBundles delegate;

	private final Map<String, SslBundle> served;

	PolicySslBundles(SslBundles delegate, Map<String, SslBundle> served) {
		this.delegate = delegate;
		this.served = served;
	}

	@Override
	public SslBundle getBundle(String name) {
		SslBundle bundle = this.served.get(name);
		return (bundle != null) ? bundle : this.delegate.getBundle(name);
	}

	@Override
	public void addBundleUpdateHandler(String name, Consumer<SslBundle> updateHandler) {
		this.delegate.addBundleUpdateHandler(name, updateHandler);
	}

	@Override
	public void addBundleRegisterHandler(BiConsumer<String, SslBundle> registerHandler) {
		this.delegate.addBundleRegisterHandler(registerHandler);
	}

	@Override
	public List<String> getBundleNames() {
		return this.delegate.getBundleNames();
	}

}
