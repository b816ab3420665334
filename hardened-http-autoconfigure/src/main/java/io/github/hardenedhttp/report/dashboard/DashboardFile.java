package io.github.hardenedhttp.report.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.MimeType;

/**
 * The files of the page. They are named here, so that no path a client sends is ever
 * looked for.
 */
enum DashboardFile {

	/**
	 * The page itself.
	 */
	PAGE("", "index.html", "text/html"),

	/**
	 * How it looks.
	 */
	STYLE("style.css", "style.css", "text/css"),

	/**
	 * What it does.
	 */
	SCRIPT("dashboard.js", "dashboard.js", "text/javascript"),

	/**
	 * The plots: Chart.js, unpacked from its WebJar when this project is built.
	 */
	CHARTS("chart.js", "chart.umd.min.js", "text/javascript"),

	/**
	 * What the browser shows on the tab.
	 */
	ICON("icon.svg", "icon.svg", "image/svg+xml");

	private static final String DIRECTORY = "META-INF/hardened/dashboard/";

	private final String path;

	private final String resource;

	private final MimeType type;

	DashboardFile(String path, String resource, String type) {
		this.path = path;
		this.resource = DIRECTORY + resource;
		this.type = MimeType.valueOf(type.startsWith("text/") ? type + ";charset=utf-8" : type);
	}

	/**
	 * The file at a path.
	 * @param path what comes after the page's own path, empty for the page
	 * @return the file, if there is one
	 */
	static Optional<DashboardFile> at(String path) {
		return Arrays.stream(values()).filter((file) -> file.path.equals(path)).findFirst();
	}

	String resource() {
		return this.resource;
	}

	MimeType type() {
		return this.type;
	}

	byte[] content() {
		try {
			return new ClassPathResource(this.resource, DashboardFile.class.getClassLoader()).getContentAsByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
