package io.github.hardenedhttp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.hardenedhttp.testsupport.MarkdownTable;
import io.github.hardenedhttp.testsupport.Production;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of each room has the endpoint of the room with all one can ask it, and the
 * manual speaks of no endpoint that is not there.
 */
class EndpointReferenceTests {

	private static final Map<Class<?>, String> METHODS = Map.of(ReadOperation.class, "GET", WriteOperation.class,
			"POST", DeleteOperation.class, "DELETE");

	private static final Set<String> OF_BOOT = Set.of("health", "prometheus", "metrics", "env");

	private static final Pattern PATH = Pattern.compile("/actuator/([a-z]+)");

	@Test
	void eachEndpointIsOnThePageOfItsRoom() {
		assertThat(endpoints()).isNotEmpty().allSatisfy((id, type) -> {
			String room = type.getPackageName().substring(Production.BASE.length() + 1);
			Path page = MarkdownTable.MANUAL.resolve("reference/" + room + ".md");
			Set<String> operations = operations(id, type);
			assertThat(operations).isNotEmpty();
			assertThat(page).content().contains(operations);
		});
	}

	@Test
	void noOtherEndpointIsSpokenOf() throws IOException {
		Set<String> known = Stream.concat(endpoints().keySet().stream(), OF_BOOT.stream()).collect(Collectors.toSet());
		try (Stream<Path> pages = Files.walk(MarkdownTable.MANUAL)) {
			assertThat(pages.filter((page) -> page.toString().endsWith(".md"))).isNotEmpty()
				.allSatisfy((page) -> assertThat(page).content()
					.satisfies((text) -> assertThat(PATH.matcher(text).results()).extracting((found) -> found.group(1))
						.isSubsetOf(known)));
		}
	}

	private static Map<String, JavaClass> endpoints() {
		return Production.classes()
			.stream()
			.filter((type) -> type.isAnnotatedWith(Endpoint.class))
			.collect(Collectors.toMap((type) -> type.getAnnotationOfType(Endpoint.class).id(), (type) -> type));
	}

	private static Set<String> operations(String id, JavaClass type) {
		return type.getMethods()
			.stream()
			.flatMap((method) -> method.getAnnotations().stream())
			.map((annotation) -> METHODS.get(annotation.getRawType().reflect()))
			.filter((method) -> method != null)
			.map((method) -> "`%s /actuator/%s`".formatted(method, id))
			.collect(Collectors.toSet());
	}

}
