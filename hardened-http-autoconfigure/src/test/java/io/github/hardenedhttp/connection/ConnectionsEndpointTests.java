package io.github.hardenedhttp.connection;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hardenedhttp.testsupport.SlowClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionsEndpointTests {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private static final String[] PROPERTIES = { "hardened.connection.max=50", "management.server.port=0",
			"management.server.address=127.0.0.1", "management.server.ssl.enabled=false",
			"management.endpoints.web.exposure.include=connections",
			"management.endpoint.connections.access=unrestricted" };

	@Test
	void showsWhoHoldsWhatAndWhyOthersHaveGone() throws Exception {
		try (TestServer server = TestServer.start(PROPERTIES);
				SlowClient idle = SlowClient.tls(server.port());
				SlowClient silent = SlowClient.connect(server.port())) {
			idle.get("/hello").response();
			// Who leaves with a session ticket unread resets the connection.
			try (SlowClient leaving = SlowClient.tls(server.port())) {
				leaving.get("/hello").response();
			}
			JsonNode json = await(server, (each) -> each.get("open").asInt() == 2 && each.get("opened").asInt() == 3
					&& each.get("kinds").toString().contains("\"state\":\"idle\",\"count\":1"));
			assertThat(json.get("max").toString())
				.isEqualTo("{\"connections\":50,\"origin\":\"hardened.connection.max\"}");
			assertThat(json.get("kinds").toString()).isEqualTo("""
					[{"listener":"https","protocol":"none","state":"handshake","count":1},\
					{"listener":"https","protocol":"http/1.1","state":"idle","count":1}]""");
			assertThat(json.get("topClients").toString()).isEqualTo("{\"127.0.0.1\":2}");
			assertThat(json.get("closed").toString()).isEqualTo("{\"client\":1}");
			int ages = 0;
			for (JsonNode age : json.get("ages")) {
				ages += age.asInt();
			}
			assertThat(ages).isEqualTo(2);
			assertThat(silent.local()).isNotNull();
		}
	}

	@Test
	void aWriteClosesWhatIsIdle() throws Exception {
		try (TestServer server = TestServer.start(PROPERTIES);
				SlowClient idle = SlowClient.tls(server.port());
				SlowClient busy = SlowClient.tls(server.port())) {
			idle.get("/hello").response();
			busy.get("/think?millis=5000");
			await(server, (json) -> json.get("kinds").toString().matches(".*\"idle\",\"count\":1.*")
					&& json.get("open").asInt() == 2);
			HttpResponse<String> response = CLIENT.send(HttpRequest.newBuilder(uri(server))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.noBody())
				.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(response.body()).isEqualTo("{\"closed\":1}");
			idle.awaitEnding(Duration.ofSeconds(15));
			assertThat(busy.response().text()).isEqualTo("thought");
			await(server, (json) -> json.get("open").asInt() == 1);
		}
	}

	private static JsonNode await(TestServer server, Predicate<JsonNode> condition) throws Exception {
		long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
		JsonNode json = read(server);
		while (!condition.test(json)) {
			assertThat(System.nanoTime()).as("seen: %s", json).isLessThan(end);
			json = read(server);
		}
		return json;
	}

	private static JsonNode read(TestServer server) throws IOException, InterruptedException {
		return new ObjectMapper().readTree(
				CLIENT.send(HttpRequest.newBuilder(uri(server)).build(), HttpResponse.BodyHandlers.ofString()).body());
	}

	private static URI uri(TestServer server) {
		return URI.create("http://127.0.0.1:%s/actuator/connections"
			.formatted(server.context().getEnvironment().getProperty("local.management.port")));
	}

}
