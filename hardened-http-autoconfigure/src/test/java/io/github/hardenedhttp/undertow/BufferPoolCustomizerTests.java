package io.github.hardenedhttp.undertow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import io.undertow.Undertow;
import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.DefaultByteBufferPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.embedded.undertow.UndertowServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BufferPoolCustomizerTests {

	private static final long MEBIBYTE = 1024 * 1024;

	private final ServerProperties properties = new ServerProperties();

	@ParameterizedTest
	@CsvSource({ "63, false, 512", "64, true, 1024", "127, true, 1024", "128, true, 16364", "4096, true, 16364" })
	void buffersAreThoseOfUndertow(long heap, boolean direct, int size) {
		assertIs(new BufferPoolCustomizer(this.properties).newPool(heap * MEBIBYTE), direct, size);
	}

	@Test
	void propertiesOfSpringBootDecide() {
		this.properties.getUndertow().setBufferSize(DataSize.ofKilobytes(2));
		this.properties.getUndertow().setDirectBuffers(false);
		assertIs(new BufferPoolCustomizer(this.properties).newPool(128 * MEBIBYTE), false, 2048);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0B", "-1KB", "2048MB", "4GB" })
	void aSizeThatNoBufferHasIsRefused(String size) {
		this.properties.getUndertow().setBufferSize(DataSize.parse(size));
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> new BufferPoolCustomizer(this.properties).newPool(128 * MEBIBYTE))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("server.undertow.buffer-size"));
	}

	private static void assertIs(ByteBufferPool pool, boolean direct, int size) {
		assertThat(pool.isDirect()).isEqualTo(direct);
		assertThat(pool.getBufferSize()).isEqualTo(size);
	}

	@Test
	void whatAnotherThreadGivesBackIsUsedAgainButNotWithoutEnd() {
		try (ByteBufferPool pool = new BufferPoolCustomizer(this.properties).newPool(128 * MEBIBYTE)) {
			int most = BufferPoolCustomizer.MOST_KEPT / pool.getBufferSize();
			int many = 2 * most;
			Set<ByteBuffer> first = Collections.newSetFromMap(new IdentityHashMap<>());
			List<PooledByteBuffer> taken = take(pool, many);
			taken.forEach((each) -> first.add(each.getBuffer()));
			CompletableFuture.runAsync(() -> taken.forEach(PooledByteBuffer::close)).join();
			List<PooledByteBuffer> again = take(pool, many);
			long known = again.stream().filter((each) -> first.contains(each.getBuffer())).count();
			again.forEach(PooledByteBuffer::close);
			assertThat(known).isBetween((long) most, most + 1L);
		}
	}

	private static List<PooledByteBuffer> take(ByteBufferPool pool, int count) {
		List<PooledByteBuffer> taken = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			taken.add(pool.allocate());
		}
		return taken;
	}

	@Test
	void aServerHasThem() throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class), "server.undertow.buffer-size=3KB")) {
			assertThat(bufferSize(server)).isEqualTo("3072");
		}
	}

	@Test
	void aPoolOfTheApplicationIsHeard() throws Exception {
		try (TestServer server = TestServer.startWith(List.of(Telling.class, OwnPool.class))) {
			assertThat(bufferSize(server)).isEqualTo("5000");
		}
	}

	private static String bufferSize(TestServer server) throws Exception {
		try (TestClient client = TestClient.tls(server.port())) {
			String response = client.get("/hello");
			return response.substring(response.lastIndexOf('\n') + 1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Telling {

		@Bean
		RequestHandler bufferSize() {
			return new RequestHandler(HandlerOrder.WORKER_TURN, (next) -> (exchange) -> exchange.getResponseSender()
				.send(Integer.toString(exchange.getConnection().getByteBufferPool().getBufferSize())));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPool {

		@Bean
		WebServerFactoryCustomizer<UndertowServletWebServerFactory> ownPool() {
			return (factory) -> factory.addBuilderCustomizers(OwnPool::give);
		}

		private static void give(Undertow.Builder builder) {
			builder.setByteBufferPool(new DefaultByteBufferPool(true, 5000));
		}

	}

}
