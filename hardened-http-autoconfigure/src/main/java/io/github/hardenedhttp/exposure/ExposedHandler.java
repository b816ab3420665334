package io.github.hardenedhttp.exposure;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something that answers requests on the public port and is not of the application.
 *
 * @param kind what it is
 * @param name the name of its class, of the bean, or of the endpoint
 * @param paths the paths it is mapped to, as its framework writes them; may be empty
 * where they are not known
 * @param danger what a stranger gets from it, or {@code null} where nothing is known
 * against it
 */
public record ExposedHandler(Kind kind, String name, List<String> paths, @Nullable String danger) {

	private static final int MOST_PATHS = 3;

	public ExposedHandler {
		paths = List.copyOf(paths);
	}

	/**
	 * Whether it is known to do harm in a stranger's hands.
	 * @return whether there is a danger
	 */
	public boolean isDangerous() {
		return this.danger != null;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.kind.text()).append(' ').append(this.name);
		if (!this.paths.isEmpty()) {
			text.append(" at ")
				.append(String.join(", ", this.paths.subList(0, Math.min(MOST_PATHS, this.paths.size()))));
		}
		if (this.paths.size() > MOST_PATHS) {
			text.append(" and %d more".formatted(this.paths.size() - MOST_PATHS));
		}
		if (this.danger != null) {
			text.append(" (").append(this.danger).append(')');
		}
		return text.toString();
	}

	/**
	 * What kind of handler it is.
	 */
	public enum Kind {

		/**
		 * An actuator endpoint.
		 */
		ENDPOINT("endpoint"),

		/**
		 * A servlet.
		 */
		SERVLET("servlet"),

		/**
		 * A servlet filter or a {@code WebFilter}, which may answer itself.
		 */
		FILTER("filter"),

		/**
		 * A controller, or another object Spring maps to paths.
		 */
		CONTROLLER("controller"),

		/**
		 * A bean of the type {@code RouterFunction}.
		 */
		ROUTER("router function");

		private final String text;

		Kind(String text) {
			this.text = text;
		}

		String text() {
			return this.text;
		}

	}

}
