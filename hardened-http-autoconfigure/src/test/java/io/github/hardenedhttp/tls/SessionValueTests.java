package io.github.hardenedhttp.tls;

import java.util.List;

import io.github.hardenedhttp.testsupport.Http2Client;
import io.github.hardenedhttp.testsupport.TestServer;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.RequestHandler;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A value that is bound to the session makes JSSE send a ticket, which is no second
 * handshake: the connection is judged from its beginning on.
 */
class SessionValueTests {

	@Test
	void anHttp2ConnectionLivesOnWhenAValueIsBoundToItsSession() {
		try (TestServer server = TestServer.startWith(List.of(Binding.class));
				Http2Client client = Http2Client.honest(server.port())) {
			assertThat(client.get(1, "/hello").response(1).status()).isEqualTo(200);
			assertThat(client.get(3, "/hello").response(3).status()).isEqualTo(200);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Binding {

		@Bean
		RequestHandler binding() {
			return new RequestHandler(HandlerOrder.REQUEST_RULES, (next) -> (exchange) -> {
				exchange.getConnection().getSslSessionInfo().getSSLSession().putValue("key", "value");
				next.handleRequest(exchange);
			});
		}

	}

}
