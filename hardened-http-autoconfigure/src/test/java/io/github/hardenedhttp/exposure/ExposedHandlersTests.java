package io.github.hardenedhttp.exposure;

import java.util.List;

import io.github.hardenedhttp.exposure.ExposedHandler.Kind;
import io.github.hardenedhttp.testsupport.TestServer;
import org.example.library.LibraryController;
import org.example.library.ReactiveLibrary;
import org.example.library.ServletLibrary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ExposedHandlersTests {

	private static final String MARK = "not of the application: ";

	private static final String NO_ENDPOINT = "management.server.port=-1";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void theApplicationAloneShowsNothingElse(WebApplicationType type, CapturedOutput output) {
		try (TestServer server = TestServer.start(type, NO_ENDPOINT)) {
			assertThat(server.bean(ExposedHandlers.class).list()).isEmpty();
			assertThat(output).doesNotContain(MARK);
		}
	}

	@Test
	void whatALibraryRegistersWithServletsAndSpringMvcIsNamedInOneLine(CapturedOutput output) {
		try (TestServer server = TestServer.startWith(List.of(LibraryController.class, ServletLibrary.class),
				NO_ENDPOINT)) {
			assertThat(server.bean(ExposedHandlers.class).list()).containsExactly(
					handler(Kind.SERVLET, "org.example.library.ServletLibrary$LibraryServlet", "/library-servlet/*"),
					handler(Kind.FILTER, "org.example.library.ServletLibrary$LibraryFilter", "/filtered/*"),
					handler(Kind.CONTROLLER, "org.example.library.LibraryController", "/library/also",
							"/library/fourth", "/library/info", "/library/more"),
					handler(Kind.CONTROLLER, "org.example.library.ServletLibrary$LibraryHandler", "/bean-name"),
					handler(Kind.ROUTER, "'libraryRoutes' of org.example.library.ServletLibrary"));
			assertThat(lines(output)).singleElement()
				.asString()
				.contains(" INFO ")
				.endsWith("On the public port, and not of the application: "
						+ "servlet org.example.library.ServletLibrary$LibraryServlet at /library-servlet/*; "
						+ "filter org.example.library.ServletLibrary$LibraryFilter at /filtered/*; "
						+ "controller org.example.library.LibraryController at "
						+ "/library/also, /library/fourth, /library/info and 1 more; "
						+ "controller org.example.library.ServletLibrary$LibraryHandler at /bean-name; "
						+ "router function 'libraryRoutes' of org.example.library.ServletLibrary");
		}
	}

	@Test
	void whatALibraryRegistersWithWebFluxIsNamed(CapturedOutput output) {
		try (TestServer server = TestServer.startWith(WebApplicationType.REACTIVE,
				List.of(LibraryController.class, ReactiveLibrary.class), NO_ENDPOINT)) {
			assertThat(server.bean(ExposedHandlers.class).list()).containsExactly(
					handler(Kind.FILTER, "org.example.library.ReactiveLibrary$LibraryFilter"),
					handler(Kind.CONTROLLER, "org.example.library.LibraryController", "/library/also",
							"/library/fourth", "/library/info", "/library/more"),
					handler(Kind.ROUTER, "'libraryRoutes' of org.example.library.ReactiveLibrary"));
			assertThat(lines(output)).singleElement().asString().contains(" INFO ");
		}
	}

	@Test
	void theConsoleOfH2IsAWarning(CapturedOutput output) {
		try (TestServer server = TestServer.start(NO_ENDPOINT, "spring.h2.console.enabled=true")) {
			assertThat(server.bean(ExposedHandlers.class).list()).singleElement()
				.satisfies((handler) -> assertThat(handler.paths()).containsExactly("/h2-console/*"))
				.satisfies((handler) -> assertThat(handler.isDangerous()).isTrue());
			assertThat(lines(output)).singleElement()
				.asString()
				.contains(" WARN ")
				.endsWith("Dangerous on the public port, and not of the application: "
						+ "servlet org.h2.server.web.JakartaWebServlet at /h2-console/* "
						+ "(H2 console: runs any SQL, and with it any code)");
		}
	}

	@Test
	void endpointsOfAPortOfTheirOwnAreNotNamed(CapturedOutput output) {
		try (TestServer server = TestServer.start("management.server.port=0", "management.server.address=127.0.0.1",
				"management.endpoints.web.exposure.include=*")) {
			assertThat(server.bean(ExposedHandlers.class).list()).isEmpty();
			assertThat(output).doesNotContain(MARK);
		}
	}

	@Test
	void theHandlersOfAHardenedServerAreNotLookedForWhenHardeningIsOff() {
		try (TestServer server = TestServer.start("hardened.enabled=false")) {
			assertThat(server.context().getBeanProvider(ExposedHandlers.class).getIfAvailable()).isNull();
		}
	}

	private static ExposedHandler handler(Kind kind, String name, String... paths) {
		return new ExposedHandler(kind, name, List.of(paths), null);
	}

	private static List<String> lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains(MARK)).toList();
	}

}
