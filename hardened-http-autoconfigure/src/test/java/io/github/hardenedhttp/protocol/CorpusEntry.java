package io.github.hardenedhttp.protocol;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.FileCopyUtils;

/**
 * One entry of a corpus file: {@code [expectation] name}, and the lines up to the next
 * one. Empty lines and those that begin with {@code #} are for the reader.
 *
 * @param place the file and the line
 * @param expectation what has to happen
 * @param name what is wrong, or right, with it
 * @param lines the other lines
 */
record CorpusEntry(String place, String expectation, String name, List<String> lines) {

	private static final Pattern TITLE = Pattern.compile("\\[(.+?)(?: today, .+ wanted)?\\] +(\\S.*)");

	/**
	 * Reads the entries of a folder.
	 * @param folder the folder under {@code corpus/}
	 * @return the entries in the order of files and lines; with the system property
	 * {@code corpus} only those whose place or name contains its value
	 */
	static List<CorpusEntry> read(String folder) {
		String wanted = System.getProperty("corpus", "");
		try {
			return Arrays
				.stream(new PathMatchingResourcePatternResolver().getResources("classpath:corpus/" + folder + "/*.txt"))
				.sorted(Comparator.comparing(Resource::getFilename))
				.flatMap(CorpusEntry::read)
				.filter((entry) -> entry.toString().contains(wanted))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<CorpusEntry> read(Resource file) {
		try (Reader reader = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
			return parse(file.getFilename(), FileCopyUtils.copyToString(reader)).stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<CorpusEntry> parse(String file, String text) {
		List<CorpusEntry> entries = new ArrayList<>();
		List<String> lines = text.lines().toList();
		for (int at = 0; at < lines.size(); at++) {
			String line = lines.get(at);
			Matcher title = TITLE.matcher(line);
			if (title.matches()) {
				entries.add(new CorpusEntry(file + ":" + (at + 1), title.group(1), title.group(2), new ArrayList<>()));
			}
			else if (!line.isBlank() && !line.startsWith("#")) {
				if (entries.isEmpty()) {
					throw new IllegalArgumentException(file + ":" + (at + 1) + " belongs to no entry: " + line);
				}
				entries.get(entries.size() - 1).lines().add(line);
			}
		}
		return entries;
	}

	/**
	 * The text after the mark of a line.
	 * @param line the line
	 * @return the text, without the one space that may follow the mark
	 */
	static String unmarked(String line) {
		return line.startsWith(" ", 1) ? line.substring(2) : line.substring(1);
	}

	@Override
	public String toString() {
		return this.place + " " + this.name;
	}

}
