package io.github.hardenedhttp.undertow;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;

/**
 * Which of an application's servers a context runs. Each has a guard of its own, and all
 * that stands on it: what is done to one takes nothing from the other.
 */
public enum ServerRole {

	/**
	 * The one the world speaks to.
	 */
	APPLICATION("server.", null),

	/**
	 * That of {@code management.server.port}, where it is a port of its own: its context
	 * is a child of the application's.
	 */
	MANAGEMENT("management.server.", "management");

	private final String properties;

	private final @Nullable String listener;

	ServerRole(String properties, @Nullable String listener) {
		this.properties = properties;
		this.listener = listener;
	}

	/**
	 * The role of a context's server.
	 * @param context the context
	 * @return the role
	 */
	public static ServerRole of(ApplicationContext context) {
		return WebServerApplicationContext.hasServerNamespace(context, "management") ? MANAGEMENT : APPLICATION;
	}

	/**
	 * Where Spring Boot's properties of the server are.
	 * @return the beginning of their names
	 */
	public String properties() {
		return this.properties;
	}

	/**
	 * How meters call the listeners of the server.
	 * @return the name, or {@code null} for {@code https} and {@code http}
	 */
	public @Nullable String listener() {
		return this.listener;
	}

}
