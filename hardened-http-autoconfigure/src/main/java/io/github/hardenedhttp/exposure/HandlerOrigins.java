package io.github.hardenedhttp.exposure;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Tells the application's classes, and those of the frameworks it stands on, from what a
 * dependency brought along.
 *
 * @param applicationPackages the packages of the application; sub-packages belong to it
 */
record HandlerOrigins(List<String> applicationPackages) {

	/**
	 * What these packages register is there for the application: dispatching, static
	 * files, error pages, protection. Not so the rest of Spring: Data REST or a
	 * configuration server publish something.
	 */
	private static final List<String> FRAMEWORKS = List.of("org.springframework.boot", "org.springframework.web",
			"org.springframework.security", "org.springframework.session", "io.undertow", "io.github.hardenedhttp");

	private static final Map<String, String> DANGERS = Map.of( //
			"org.springframework.boot.devtools", "DevTools remote: replaces the application's classes", //
			"org.h2", "H2 console: runs any SQL, and with it any code");

	boolean isForeign(Class<?> type) {
		return isForeign(ClassUtils.getUserClass(type).getName());
	}

	boolean isForeign(String className) {
		return !isWithin(className, this.applicationPackages)
				&& (danger(className) != null || !isWithin(className, FRAMEWORKS));
	}

	/**
	 * What a stranger gets from a handler of this class.
	 * @param className the name of the class
	 * @return a few words, or {@code null} if nothing is known against it
	 */
	@Nullable String danger(String className) {
		return DANGERS.entrySet()
			.stream()
			.filter((danger) -> isWithin(className, List.of(danger.getKey())))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	ExposedHandler handler(ExposedHandler.Kind kind, String className, List<String> paths) {
		return new ExposedHandler(kind, className, paths, danger(className));
	}

	private static boolean isWithin(String className, List<String> packages) {
		return packages.stream().anyMatch((name) -> className.startsWith(name + "."));
	}

}
