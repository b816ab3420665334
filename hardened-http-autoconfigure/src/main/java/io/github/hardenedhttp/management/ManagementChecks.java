package io.github.hardenedhttp.management;

import java.net.InetAddress;
import java.util.List;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.GuardMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;

/**
 * Checks who can reach the endpoints: the article on {@code net/http/pprof}, which is for
 * operators only.
 */
final class ManagementChecks implements HardeningChecks {

	private static final String ARTICLE = "the article, DefaultServeMux";

	private static final String PORT = "management.server.port";

	private static final String ADDRESS = "management.server.address";

	private final ManagementPortType type;

	private final @Nullable Integer port;

	private final @Nullable InetAddress address;

	private final boolean tls;

	private final GuardMode mode;

	/**
	 * Create the checks.
	 * @param type which port the endpoints have
	 * @param port the port that is set
	 * @param address the address that is set
	 * @param tls whether the management server speaks TLS
	 * @param mode whether the loopback address is enforced where none is set
	 */
	ManagementChecks(ManagementPortType type, @Nullable Integer port, @Nullable InetAddress address, boolean tls,
			GuardMode mode) {
		this.type = type;
		this.port = port;
		this.address = address;
		this.tls = tls;
		this.mode = mode;
	}

	@Override
	public String room() {
		return "management";
	}

	@Override
	public List<HardeningCheck> checks() {
		HardeningCheck.Subject port = HardeningCheck.of("port", PORT, ARTICLE);
		return switch (this.type) {
			case DISABLED -> List.of(port.value("none").pass("No endpoint answers over HTTP."));
			case SAME -> List.of(port.value("the public port")
				.pass("Endpoints share the public port; which of them may is a matter of 'hardened.exposure'."));
			case DIFFERENT -> List.of(port.value(this.port).pass("Endpoints have a port of their own."), address());
		};
	}

	private HardeningCheck address() {
		HardeningCheck.Subject subject = HardeningCheck.of("address", ADDRESS, ARTICLE);
		if (this.address == null && this.mode == GuardMode.ENFORCE) {
			return subject.value(InetAddress.getLoopbackAddress().getHostAddress())
				.derivedFrom("the loopback address where none is set")
				.pass("Only this machine reaches the endpoints.");
		}
		subject = subject.value((this.address != null) ? this.address.getHostAddress() : "all addresses")
			.derivedFrom("all addresses, as 'hardened.mode' is observe");
		if (this.address != null && this.address.isLoopbackAddress()) {
			return subject.pass("Only this machine reaches the endpoints.");
		}
		String why = "Other machines reach the endpoints.";
		String fix = "Set '" + ADDRESS + "' to 127.0.0.1, or 'management.server.ssl.*'.";
		return this.tls ? subject.pass(why + " They speak TLS.") : subject.warn(why + " In plain text.", fix);
	}

}
