package io.github.hardenedhttp.testsupport;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.hardenedhttp.checks.Grade;
import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.checks.Verdict;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Asks a room for one of its checks, and holds every check to what the report promises.
 */
public final class Checked {

	private Checked() {
	}

	/**
	 * Binds properties as Boot does.
	 * @param <T> the type of the properties
	 * @param prefix the prefix
	 * @param type the type of the properties
	 * @param properties what to set, as {@code key=value} with whole keys
	 * @return the properties
	 */
	public static <T> T properties(String prefix, Class<T> type, String... properties) {
		Map<String, String> map = new LinkedHashMap<>();
		for (String property : properties) {
			map.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
		}
		return new Binder(new MapConfigurationPropertySource(map)).bindOrCreate(prefix, type);
	}

	/**
	 * Finds a check.
	 * @param room the checks of a room
	 * @param name the name of the check
	 * @return the check
	 */
	public static HardeningCheck check(HardeningChecks room, String name) {
		assertThat(room.checks()).extracting(HardeningCheck::name).doesNotHaveDuplicates();
		assertThat(room.checks()).allSatisfy((check) -> {
			assertThat(check.value()).isNotBlank();
			assertThat(check.why()).endsWith(".").doesNotContain("\n");
			assertThat(check.yardstick()).isNotBlank();
			assertThat(check.fix() == null).isEqualTo(check.verdict() == Verdict.PASS);
			if (check.verdict() == Verdict.PASS) {
				assertThat(check.grade()).isEqualTo(Grade.A_PLUS);
			}
		});
		return room.checks()
			.stream()
			.filter((check) -> check.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no check " + name + " in " + room.checks()));
	}

	/**
	 * The verdict of a check.
	 * @param room the checks of a room
	 * @param name the name of the check
	 * @return its verdict
	 */
	public static Verdict verdict(HardeningChecks room, String name) {
		return check(room, name).verdict();
	}

}
