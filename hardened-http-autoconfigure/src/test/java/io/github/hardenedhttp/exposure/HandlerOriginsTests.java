package io.github.hardenedhttp.exposure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HandlerOriginsTests {

	private final HandlerOrigins origins = new HandlerOrigins(List.of("com.acme.shop", "org.h2.fork"));

	@ParameterizedTest
	@ValueSource(strings = { "com.acme.shop.Cart", "com.acme.shop.web.Cart", "com.acme.shop.App$$Lambda/0x1",
			"org.springframework.boot.autoconfigure.web.servlet.error.BasicErrorController",
			"org.springframework.web.servlet.resource.ResourceHttpRequestHandler",
			"org.springframework.web.servlet.DispatcherServlet", "io.undertow.websockets.jsr.JsrWebSocketFilter",
			"org.h2.fork.Page" })
	void theApplicationAndWhatItStandsOnAreNotForeign(String type) {
		assertThat(this.origins.isForeign(type)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.acme.shopping.Cart", "com.acme.Shared", "org.springdoc.webmvc.api.OpenApiResource",
			"de.codecentric.boot.admin.server.web.InstancesController",
			"org.springframework.data.rest.webmvc.RepositoryEntityController",
			"org.springframework.cloud.config.server.environment.EnvironmentController",
			"org.springframework.boot.devtools.remote.server.DispatcherFilter", "org.h2.server.web.JakartaWebServlet" })
	void whatCameWithADependencyIsForeign(String type) {
		assertThat(this.origins.isForeign(type)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "org.springframework.boot.devtools.remote.server.DispatcherFilter, DevTools remote",
			"org.h2.server.web.JakartaWebServlet, H2 console" })
	void whatIsKnownToBeDangerousSaysWhy(String type, String danger) {
		assertThat(this.origins.danger(type)).startsWith(danger);
	}

	@Test
	void nothingIsKnownAgainstTheRest() {
		assertThat(this.origins.danger("org.springdoc.webmvc.api.OpenApiResource")).isNull();
	}

}
