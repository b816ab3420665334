package io.github.hardenedhttp.undertow;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.hardenedhttp.testsupport.MarkdownTable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CloseReasonTests {

	@Test
	void theManualSaysWhichThereAreAndWhichAreForced() {
		Map<String, Boolean> manual = new TreeMap<>();
		for (MarkdownTable table : MarkdownTable.of(MarkdownTable.MANUAL.resolve("reference/connection.md"))) {
			if (table.column("Forced") > 0) {
				for (List<String> row : table.rows()) {
					MarkdownTable.code(row.get(0))
						.forEach((reason) -> manual.put(reason, row.get(table.column("Forced")).equals("yes")));
				}
			}
		}
		Map<String, Boolean> code = new TreeMap<>();
		Arrays.stream(CloseReason.values()).forEach((reason) -> code.put(reason.tag(), reason.isForced()));
		assertThat(manual).isEqualTo(code);
	}

}
