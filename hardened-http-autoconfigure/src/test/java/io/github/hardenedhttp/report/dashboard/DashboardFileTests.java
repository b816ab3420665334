package io.github.hardenedhttp.report.dashboard;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DashboardFileTests {

	@ParameterizedTest
	@EnumSource
	void everyFileIsThere(DashboardFile file) {
		assertThat(file.content()).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "index.html", "../dashboard.js", "chart.umd.min.js", "data" })
	void nothingIsFoundByTheNameOfItsResource(String path) {
		assertThat(DashboardFile.at(path)).isEmpty();
	}

	@Test
	void thePageHasNothingInlineThatThePolicyWouldRefuse() {
		assertThat(text(DashboardFile.PAGE))
			.doesNotContainPattern("(?i)<script(?![^>]* src=)|<style|\\son\\w+=|\\sstyle=")
			.doesNotContain("javascript:");
	}

	@ParameterizedTest
	@EnumSource(names = { "PAGE", "STYLE", "SCRIPT" })
	void nothingIsLoadedFromElsewhere(DashboardFile file) {
		assertThat(text(file)).doesNotContain("http:", "https:", "src=\"//", "@import", "url(");
	}

	@Test
	void theScriptMakesNoMarkupOfText() {
		assertThat(text(DashboardFile.SCRIPT)).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(",
				"document.write");
	}

	private static String text(DashboardFile file) {
		return new String(file.content(), StandardCharsets.UTF_8);
	}

}
