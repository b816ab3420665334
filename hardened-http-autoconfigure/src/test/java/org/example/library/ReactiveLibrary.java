package org.example.library;

import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebHandler;

/**
 * The same, for WebFlux.
 */
@Configuration(proxyBeanMethods = false)
public class ReactiveLibrary {

	@Bean
	LibraryFilter libraryFilter() {
		return new LibraryFilter();
	}

	@Bean
	RouterFunction<ServerResponse> libraryRoutes() {
		return RouterFunctions.route().GET("/routed", (request) -> ServerResponse.ok().bodyValue("routed")).build();
	}

	@Bean("/bean-name")
	LibraryHandler libraryHandler() {
		return new LibraryHandler();
	}

	static final class LibraryFilter implements WebFilter {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			return chain.filter(exchange);
		}

	}

	static final class LibraryHandler implements WebHandler {

		@Override
		public Mono<Void> handle(ServerWebExchange exchange) {
			return exchange.getResponse().setComplete();
		}

	}

}
