package io.github.hardenedhttp.report.dashboard;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.github.hardenedhttp.report.HardeningEndpoint;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * What is below the endpoint {@code hardening}: the page at {@code dashboard}, its files
 * below that, and at {@code dashboard/data} the numbers it draws. Anything else is 404.
 * <p>
 * Being a part of the endpoint it is exposed, mapped and secured with it, on servlet and
 * WebFlux alike.
 */
@EndpointWebExtension(endpoint = HardeningEndpoint.class)
final class DashboardExtension {

	private static final String PAGE = "dashboard";

	private static final String DATA = "data";

	private final Supplier<DashboardData> data;

	DashboardExtension(Supplier<DashboardData> data) {
		this.data = data;
	}

	@ReadOperation(produces = { "text/html", "text/css", "text/javascript", "image/svg+xml", "application/json" })
	WebEndpointResponse<Object> read(@Selector(match = Match.ALL_REMAINING) String... path) {
		// With a slash at its end, the page's files are one level deeper for a browser.
		List<String> below = Arrays.stream(path).dropWhile(PAGE::equals).toList();
		if (below.size() == path.length || below.size() > 1) {
			return notFound();
		}
		String name = below.isEmpty() ? "" : below.get(0);
		if (DATA.equals(name)) {
			return new WebEndpointResponse<>(this.data.get(), WebEndpointResponse.STATUS_OK, DashboardData.TYPE);
		}
		return DashboardFile.at(name).map(DashboardExtension::found).orElseGet(DashboardExtension::notFound);
	}

	private static WebEndpointResponse<Object> found(DashboardFile file) {
		return new WebEndpointResponse<>(file.content(), WebEndpointResponse.STATUS_OK, file.type());
	}

	private static WebEndpointResponse<Object> notFound() {
		return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
