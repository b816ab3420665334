package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.function.Supplier;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;

/**
 * Checks what the public port shows that is not the application's: the article on
 * {@code http.DefaultServeMux}, where any package may register what nobody expects.
 */
final class ExposureChecks implements HardeningChecks {

	private static final String ARTICLE = "the article, DefaultServeMux";

	private static final String MANAGEMENT = "hardened.exposure.management";

	private final Supplier<List<ExposedHandler>> handlers;

	ExposureChecks(Supplier<List<ExposedHandler>> handlers) {
		this.handlers = handlers;
	}

	@Override
	public String room() {
		return "exposure";
	}

	@Override
	public List<HardeningCheck> checks() {
		List<ExposedHandler> handlers = this.handlers.get();
		return List.of(endpoints(handlers), others(handlers));
	}

	private static HardeningCheck endpoints(List<ExposedHandler> handlers) {
		List<String> endpoints = handlers.stream()
			.filter((handler) -> handler.kind() == ExposedHandler.Kind.ENDPOINT)
			.map(ExposedHandler::name)
			.filter((name) -> !name.equals(PublicEndpoints.HEALTH))
			.toList();
		boolean dangerous = handlers.stream()
			.anyMatch((handler) -> handler.kind() == ExposedHandler.Kind.ENDPOINT && handler.isDangerous());
		HardeningCheck.Subject subject = HardeningCheck.of("endpoints", MANAGEMENT, ARTICLE).value(endpoints);
		String why = "They answer on the public port, to anybody unless something asks who it is.";
		String fix = "Set 'management.server.port', and remove '" + MANAGEMENT + "'.";
		if (endpoints.isEmpty()) {
			return subject.pass("No endpoint but health answers on the public port.");
		}
		return dangerous ? subject.fail(why, fix) : subject.warn(why, fix);
	}

	private static HardeningCheck others(List<ExposedHandler> handlers) {
		List<ExposedHandler> others = handlers.stream()
			.filter((handler) -> handler.kind() != ExposedHandler.Kind.ENDPOINT)
			.toList();
		HardeningCheck.Subject subject = HardeningCheck.of("foreign-handlers", null, ARTICLE).value(others);
		if (others.stream().anyMatch(ExposedHandler::isDangerous)) {
			return subject.fail("One of them is known to be dangerous in a stranger's hands.",
					"Remove the library that brings it, or switch it off.");
		}
		return subject.pass(others.isEmpty() ? "No library has registered anything."
				: "Libraries have registered these, and nothing is known against them.");
	}

}
