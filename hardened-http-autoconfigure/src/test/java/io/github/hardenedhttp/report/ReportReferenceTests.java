package io.github.hardenedhttp.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Compares the manual's table of checks with the checks a server with everything has, and
 * writes it anew with {@code -Dupdate=true}.
 */
class ReportReferenceTests {

	private static final Path PAGE = Path.of("../docs/reference/report.md");

	private static final String BEGINNING = "| Room | Check | Property | Yardstick |\n|---|---|---|---|\n";

	@Test
	void theManualListsAllChecks() throws IOException {
		String table = table();
		String page = Files.readString(PAGE);
		int start = page.indexOf(BEGINNING);
		int end = page.indexOf("\n\n", start) + 1;
		assertThat(start).isPositive();
		if (Boolean.getBoolean("update")) {
			page = page.substring(0, start) + table + page.substring(end);
			Files.writeString(PAGE, page);
			end = page.indexOf("\n\n", start) + 1;
		}
		assertThat(page.substring(start, end)).isEqualTo(table);
	}

	private static String table() {
		try (TestServer server = TestServer.start("management.server.port=0", "hardened.redirect.port=0",
				"hardened.checks.self-test=true")) {
			await().until(() -> server.bean(SelfTests.class).latest() != null);
			return server.bean(HardeningReports.class)
				.make()
				.rooms()
				.stream()
				.flatMap((room) -> room.checks()
					.stream()
					.map((check) -> "| %s | %s | %s | %s |\n".formatted(room.room(), check.name(),
							(check.property() != null) ? "`" + check.property() + "`" : "", check.yardstick())))
				.collect(Collectors.joining("", BEGINNING, ""));
		}
	}

}
