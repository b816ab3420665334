package io.github.hardenedhttp.undertow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RequestHandlersTests {

	@Test
	void theOrderIsThatOfTheEnumWhateverTheOrderOfTheBeans() throws Exception {
		List<HandlerOrder> places = new ArrayList<>(Arrays.asList(HandlerOrder.values()));
		assertThat(called(places)).containsExactly(HandlerOrder.values());
		Collections.reverse(places);
		assertThat(called(places)).containsExactly(HandlerOrder.values());
	}

	@Test
	void theConnectionStateIsOutermost() {
		assertThat(HandlerOrder.values()[0]).isEqualTo(HandlerOrder.CONNECTION_STATE);
	}

	private static List<HandlerOrder> called(List<HandlerOrder> beans) throws Exception {
		List<HandlerOrder> called = new ArrayList<>();
		new RequestHandlers(beans.stream().map((place) -> new RequestHandler(place, (next) -> (exchange) -> {
			called.add(place);
			next.handleRequest(exchange);
		}))).wrap((exchange) -> {
		}).handleRequest(null);
		return called;
	}

}
