package org.example.library;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The same, for servlet applications.
 */
@Configuration(proxyBeanMethods = false)
public class ServletLibrary {

	@Bean
	ServletRegistrationBean<LibraryServlet> libraryServlet() {
		return new ServletRegistrationBean<>(new LibraryServlet(), "/library-servlet/*");
	}

	@Bean
	FilterRegistrationBean<LibraryFilter> libraryFilter() {
		FilterRegistrationBean<LibraryFilter> filter = new FilterRegistrationBean<>(new LibraryFilter());
		filter.addUrlPatterns("/filtered/*");
		return filter;
	}

	@Bean
	RouterFunction<ServerResponse> libraryRoutes() {
		return RouterFunctions.route().GET("/routed", (request) -> ServerResponse.ok().body("routed")).build();
	}

	@Bean("/bean-name")
	LibraryHandler libraryHandler() {
		return new LibraryHandler();
	}

	static final class LibraryServlet extends HttpServlet {

	}

	static final class LibraryFilter extends HttpFilter {

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			chain.doFilter(request, response);
		}

	}

	static final class LibraryHandler implements HttpRequestHandler {

		@Override
		public void handleRequest(HttpServletRequest request, HttpServletResponse response) {
			response.setStatus(204);
		}

	}

}
