package io.github.hardenedhttp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import io.github.hardenedhttp.testsupport.MarkdownTable;
import io.github.hardenedhttp.testsupport.Production;
import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The manual has a row for each line we write at INFO, WARN or ERROR, with the words the
 * code has.
 */
class LogMessageReferenceTests {

	private static final Set<String> LEVELS = Set.of("info", "warn", "error", "fatal");

	private final List<Row> rows = MarkdownTable.of(MarkdownTable.MANUAL.resolve("operations/log-messages.md"))
		.stream()
		.filter((table) -> table.column("Level") >= 0)
		.flatMap((table) -> table.rows()
			.stream()
			.map((cells) -> new Row(table.section(), MarkdownTable.code(cells.get(table.column("Logger"))).get(0),
					cells.get(table.column("Level")), MarkdownTable.code(cells.get(table.column("Message"))).get(0))))
		.toList();

	@Test
	void everyLineHasARow() {
		List<String> written = Production.classes()
			.stream()
			.flatMap((type) -> Stream.concat(type.getMethodCallsFromSelf().stream(),
					type.getMethodReferencesFromSelf().stream()))
			.filter((call) -> call.getTargetOwner().isEquivalentTo(Log.class)
					&& LEVELS.contains(call.getTarget().getName()))
			.map((call) -> logger(call) + " " + call.getTarget().getName().toUpperCase())
			.toList();
		assertThat(written).isNotEmpty();
		assertThat(this.rows.stream().flatMap(Row::lines)).containsExactlyInAnyOrderElementsOf(written);
	}

	@Test
	void noTwoRowsAreAboutOneMessage() {
		assertThat(this.rows).extracting(Row::room, Row::logger, Row::message).doesNotHaveDuplicates();
	}

	@Test
	void everyRowHasTheWordsOfTheCode() {
		assertThat(this.rows).isNotEmpty()
			.filteredOn((row) -> !words(row.room()).contains(skeleton(row.message())))
			.as("rows with other words than the code")
			.isEmpty();
	}

	private static String logger(JavaAccess<?> call) {
		JavaClass writer = Production.outermost(call.getOriginOwner());
		return writer.getPackageName().substring(Production.BASE.length() + 1) + " " + loggerOf(writer);
	}

	/**
	 * Most loggers have the name of their class; the report is written by classes of its
	 * own, under one name.
	 */
	private static String loggerOf(JavaClass writer) {
		Set<String> mentioned = writer.getStaticInitializer()
			.orElseThrow()
			.getReferencedClassObjects()
			.stream()
			.map((object) -> object.getRawType().getSimpleName())
			.collect(Collectors.toSet());
		return mentioned.contains(writer.getSimpleName()) ? writer.getSimpleName() : String.join(", ", mentioned);
	}

	private static Set<String> words(String room) {
		return Production.classes()
			.stream()
			.filter((type) -> type.getPackageName().equals(Production.BASE + "." + room))
			.flatMap((type) -> Production.strings(type).stream())
			.map(LogMessageReferenceTests::skeleton)
			.collect(Collectors.toSet());
	}

	/**
	 * A message with dots for what changes from line to line.
	 */
	private static String skeleton(String message) {
		return message.replaceAll("%[,.0-9]*[dsfn]|\\x01", "...")
			.replaceAll("\\.{3}(\\s*\\.{3})*", "...")
			.replaceAll("\\.{3}$", "")
			.strip();
	}

	private record Row(String room, String logger, String levels, String message) {

		Stream<String> lines() {
			List<String> lines = new ArrayList<>();
			for (String level : this.levels.split(", ")) {
				lines.add(this.room + " " + this.logger + " " + level);
			}
			return lines.stream();
		}

	}

}
