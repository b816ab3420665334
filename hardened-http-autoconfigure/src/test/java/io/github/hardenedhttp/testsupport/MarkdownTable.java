package io.github.hardenedhttp.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A table of a page of the manual, as it is written.
 *
 * @param page the page
 * @param section the heading above the table
 * @param columns the head of the table
 * @param rows the rows below
 */
public record MarkdownTable(Path page, String section, List<String> columns, List<List<String>> rows) {

	/**
	 * The manual of this project.
	 */
	public static final Path MANUAL = Path.of("../docs");

	private static final Pattern CODE = Pattern.compile("`([^`]*)`");

	/**
	 * The tables of a page.
	 * @param page the page
	 * @return the tables, in their order
	 */
	public static List<MarkdownTable> of(Path page) {
		List<MarkdownTable> tables = new ArrayList<>();
		String section = "";
		MarkdownTable table = null;
		for (String line : lines(page)) {
			if (line.startsWith("#")) {
				section = line.replaceFirst("^#+ ", "");
			}
			if (!line.startsWith("|")) {
				table = null;
			}
			else if (table == null) {
				table = new MarkdownTable(page, section, cells(line), new ArrayList<>());
				tables.add(table);
			}
			else if (!line.startsWith("|--")) {
				table.rows.add(cells(line));
			}
		}
		return tables;
	}

	/**
	 * The tables of all pages of the manual.
	 * @return the tables
	 */
	public static List<MarkdownTable> ofManual() {
		try (Stream<Path> pages = Files.walk(MANUAL)) {
			return pages.filter((page) -> page.toString().endsWith(".md"))
				.sorted()
				.flatMap((page) -> of(page).stream())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * What is written as code.
	 * @param text a cell
	 * @return all of it that is between backticks
	 */
	public static List<String> code(String text) {
		return CODE.matcher(text).results().map((match) -> match.group(1)).toList();
	}

	/**
	 * The number of a column.
	 * @param name its head, in upper or lower case
	 * @return the number, or -1 if there is no such column
	 */
	public int column(String name) {
		return this.columns.stream().map(String::toLowerCase).toList().indexOf(name.toLowerCase());
	}

	private static List<String> lines(Path page) {
		try {
			return Files.readAllLines(page);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> cells(String line) {
		return Arrays.stream(line.substring(1).split("(?<!\\\\)\\|", -1)).map(String::strip).toList();
	}

}
