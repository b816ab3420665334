package io.github.hardenedhttp.exposure;

import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The actuator endpoints that do harm in a stranger's hands, the worst first. Those of
 * Spring Boot 3.5, of Spring Cloud, and of this project.
 */
enum DangerousEndpoint {

	HEAPDUMP("the whole memory, with passwords, keys and sessions"),

	ENV("the configuration, with passwords where values are shown"),

	CONFIGPROPS("the configuration as beans"),

	SHUTDOWN("stops the application"),

	RESTART("restarts the application"),

	REFRESH("reloads the configuration"),

	GATEWAY("routes that can be changed"),

	JOLOKIA("management beans, often a way to run code"),

	LOGGERS("log levels, which can be changed"),

	LOGFILE("the log"),

	HTTPEXCHANGES("other people's requests"),

	SESSIONS("other people's sessions"),

	AUDITEVENTS("who has logged in"),

	THREADDUMP("what every thread does"),

	QUARTZ("jobs that can be started"),

	CONNECTIONS("the addresses of clients"),

	HARDENING("where the server is weak"),

	BEANS("how the application is built"),

	MAPPINGS("every path there is"),

	CONDITIONS("how the application is configured");

	private final String harm;

	DangerousEndpoint(String harm) {
		this.harm = harm;
	}

	static @Nullable DangerousEndpoint of(String id) {
		return Arrays.stream(values()).filter((endpoint) -> endpoint.id().equals(id)).findFirst().orElse(null);
	}

	/**
	 * The identifier, as {@code EndpointId#toLowerCaseString} has it.
	 * @return lower-case letters
	 */
	String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * What a stranger gets.
	 * @return a few words
	 */
	String harm() {
		return this.harm;
	}

}
