package io.github.hardenedhttp.checks;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The libraries the server is made of, each with a version of its own, and the newest one
 * that goes with those of the others.
 */
enum UndertowPart {

	CORE("io.undertow", "undertow-core", "2.3.27.Final", "io.undertow.Undertow"),

	SERVLET("io.undertow", "undertow-servlet", "2.3.26.Final", "io.undertow.servlet.Servlets"),

	WEBSOCKETS("io.undertow", "undertow-websockets-jsr", "2.3.24.Final", "io.undertow.websockets.jsr.Bootstrap"),

	XNIO("org.jboss.xnio", "xnio-api", "3.8.16.Final", "org.xnio.Xnio"),

	XNIO_NIO("org.jboss.xnio", "xnio-nio", "3.8.16.Final", "org.xnio.nio.NioXnioProvider");

	/**
	 * Stands where a library is there, but not its version.
	 */
	static final String UNKNOWN = "unknown";

	private final String groupId;

	private final String artifactId;

	private final String pin;

	private final String type;

	UndertowPart(String groupId, String artifactId, String pin, String type) {
		this.groupId = groupId;
		this.artifactId = artifactId;
		this.pin = pin;
		this.type = type;
	}

	/**
	 * The versions that are on a class path. Maven leaves them in each jar, and a jar of
	 * jars keeps them.
	 * @param classLoader the class loader
	 * @return the version of each part that is there, {@link #UNKNOWN} where it is not
	 * told
	 */
	static Map<UndertowPart, String> versions(ClassLoader classLoader) {
		Map<UndertowPart, String> versions = new EnumMap<>(UndertowPart.class);
		for (UndertowPart part : values()) {
			if (ClassUtils.isPresent(part.type, classLoader)) {
				String version = part.version(classLoader);
				versions.put(part, (version != null) ? version : UNKNOWN);
			}
		}
		return versions;
	}

	private @Nullable String version(ClassLoader classLoader) {
		try (InputStream in = classLoader.getResourceAsStream(resource())) {
			if (in == null) {
				return null;
			}
			Properties properties = new Properties();
			properties.load(in);
			return properties.getProperty("version");
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Where Maven wrote the version down.
	 * @return the name of the resource
	 */
	String resource() {
		return "META-INF/maven/%s/%s/pom.properties".formatted(this.groupId, this.artifactId);
	}

	/**
	 * What goes into the dependency management of a build.
	 * @return one line of XML
	 */
	String dependency() {
		return "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
			.formatted(this.groupId, this.artifactId, this.pin);
	}

	String artifactId() {
		return this.artifactId;
	}

	/**
	 * The class that shows whether the part is there.
	 * @return the name of a class
	 */
	String type() {
		return this.type;
	}

	boolean isXnio() {
		return this == XNIO || this == XNIO_NIO;
	}

}
