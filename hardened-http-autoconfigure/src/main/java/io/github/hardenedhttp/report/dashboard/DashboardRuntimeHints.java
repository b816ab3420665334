package io.github.hardenedhttp.report.dashboard;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The files of the page, for native images.
 */
final class DashboardRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (DashboardFile file : DashboardFile.values()) {
			hints.resources().registerPattern(file.resource());
		}
	}

}
