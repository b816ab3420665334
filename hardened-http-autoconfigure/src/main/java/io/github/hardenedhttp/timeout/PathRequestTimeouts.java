package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The timeouts of a request, by its path. The first pattern that matches wins.
 */
final class PathRequestTimeouts {

	private final List<Entry> entries;

	private final RequestTimeouts others;

	private PathRequestTimeouts(List<Entry> entries, RequestTimeouts others) {
		this.entries = entries;
		this.others = others;
	}

	RequestTimeouts of(String path) {
		if (this.entries.isEmpty()) {
			return this.others;
		}
		PathContainer parsed = PathContainer.parsePath(path);
		return this.entries.stream()
			.filter((entry) -> entry.pattern().matches(parsed))
			.map(Entry::timeouts)
			.findFirst()
			.orElse(this.others);
	}

	/**
	 * The shortest time a client of any path may take nothing.
	 * @return the time
	 */
	Duration shortestWrite() {
		return Stream.concat(Stream.of(this.others), this.entries.stream().map(Entry::timeouts))
			.map(RequestTimeouts::write)
			.min(Comparator.naturalOrder())
			.orElseThrow();
	}

	private record Entry(PathPattern pattern, RequestTimeouts timeouts) {

	}

	static final class Builder {

		private final List<Entry> entries = new ArrayList<>();

		private final RequestTimeouts others;

		Builder(RequestTimeouts others) {
			this.others = others;
		}

		void add(String key, @Nullable String pattern, RequestTimeouts timeouts) {
			if (!StringUtils.hasText(pattern)) {
				throw new InvalidConfigurationPropertyValueException(key, pattern,
						"A path needs a pattern, such as '/uploads/**'.");
			}
			try {
				this.entries.add(new Entry(PathPatternParser.defaultInstance.parse(pattern), timeouts));
			}
			catch (PatternParseException ex) {
				throw new InvalidConfigurationPropertyValueException(key, pattern,
						"It is not a path pattern: " + ex.getMessage() + ". Write it like '/uploads/**'.");
			}
		}

		PathRequestTimeouts build() {
			return new PathRequestTimeouts(List.copyOf(this.entries), this.others);
		}

	}

}
