package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The memory outside the heap that belongs to a connection.
 */
class ConscryptTlsEngineTests {

	private ConscryptTlsEngine conscrypt;

	private SSLEngine server;

	private SSLEngine client;

	@BeforeEach
	void createEngines(@TempDir Path directory) throws Exception {
		this.conscrypt = ConscryptTlsEngine.load();
		TestCertificates certificate = TestCertificates.ecdsa("localhost");
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		char[] password = TestCertificates.PASSWORD.toCharArray();
		keys.init(KeyStore.getInstance(certificate.writeKeyStore(directory.resolve("server.p12")).toFile(), password),
				password);
		SSLContext context = this.conscrypt.newContext();
		context.init(keys.getKeyManagers(), null, null);
		this.server = context.createSSLEngine();
		this.conscrypt.apply(
				new TlsPolicy(TlsProfile.INTERMEDIATE, TlsProfile.INTERMEDIATE.protocols(),
						TlsProfile.INTERMEDIATE.cipherSuites(), TlsProfile.INTERMEDIATE.namedGroups(), true),
				this.server);
		SSLContext clients = this.conscrypt.newContext();
		clients.init(null, new TrustManager[] { new TrustingAnybody() }, null);
		this.client = clients.createSSLEngine();
		this.client.setUseClientMode(true);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void anEngineHasDescriptorsOfItsOwn() throws Exception {
		long before = openDescriptors();
		List<SSLEngine> engines = new ArrayList<>();
		SSLContext context = this.conscrypt.newContext();
		context.init(null, null, null);
		for (int count = 0; count < 100; count++) {
			engines.add(context.createSSLEngine());
		}
		long each = Math.round((openDescriptors() - before) / 100.0);
		engines.forEach(this.conscrypt::release);
		assertThat(each).isEqualTo(this.conscrypt.descriptors());
		assertThat(openDescriptors() - before).isLessThan(50);
	}

	private static long openDescriptors() throws IOException {
		try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
			return open.count();
		}
	}

	@Test
	void anEngineThatHasHeardNothingIsFreed() throws Exception {
		assertThat(isFreed()).isFalse();
		this.conscrypt.release(this.server);
		assertThat(isFreed()).isTrue();
	}

	@Test
	void anEngineInTheMiddleOfAHandshakeIsFreed() throws Exception {
		ByteBuffer hello = ByteBuffer.allocate(20_000);
		this.client.beginHandshake();
		this.client.wrap(ByteBuffer.allocate(0), hello);
		this.server.unwrap(hello.flip(), ByteBuffer.allocate(0));
		assertThat(this.server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NEED_WRAP);
		this.conscrypt.release(this.server);
		assertThat(isFreed()).isTrue();
	}

	@Test
	void anEngineAfterItsHandshakeIsFreedAlsoIfItHasAnswers() throws Exception {
		shakeHands();
		assertThat(this.conscrypt.groupOf(this.server)).isEqualTo(this.conscrypt.groupOf(this.client));
		this.server.wrap(ByteBuffer.allocate(1000), ByteBuffer.allocate(20_000));
		this.conscrypt.release(this.server);
		assertThat(isFreed()).isTrue();
		assertThatNoException().isThrownBy(() -> {
			this.conscrypt.release(this.server);
			this.server.getSession().getProtocol();
			this.server.closeOutbound();
			this.server.closeInbound();
		});
	}

	@Test
	void anEngineIsFreedAlsoIfNobodyHasReadWhatItUnwrapped() throws Exception {
		unwrapAPartOfARecord();
		this.conscrypt.release(this.server);
		assertThat(isFreed()).isTrue();
	}

	@Test
	void anEngineIsFreedAlsoIfItWasClosedBeforeAnybodyHadReadWhatItUnwrapped() throws Exception {
		unwrapAPartOfARecord();
		this.conscrypt.closeInbound(this.server);
		this.conscrypt.closeInbound(this.server);
		this.server.closeOutbound();
		this.conscrypt.release(this.server);
		assertThat(isFreed()).isTrue();
	}

	private void unwrapAPartOfARecord() throws Exception {
		shakeHands();
		ByteBuffer record = ByteBuffer.allocate(20_000);
		this.client.wrap(ByteBuffer.allocate(16_000), record);
		assertThat(this.server.unwrap(record.flip(), ByteBuffer.allocate(10)).bytesProduced()).isEqualTo(10);
	}

	private void shakeHands() throws Exception {
		ByteBuffer toServer = ByteBuffer.allocate(40_000);
		ByteBuffer toClient = ByteBuffer.allocate(40_000);
		ByteBuffer plain = ByteBuffer.allocate(20_000);
		this.client.beginHandshake();
		for (int i = 0; i < 20; i++) {
			this.client.wrap(ByteBuffer.allocate(0), toServer);
			toServer.flip();
			this.server.unwrap(toServer, plain);
			toServer.compact();
			this.server.wrap(ByteBuffer.allocate(0), toClient);
			toClient.flip();
			this.client.unwrap(toClient, plain);
			toClient.compact();
		}
		assertThat(this.server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
	}

	private boolean isFreed() throws Exception {
		Object engine = field(this.server, "delegate");
		Object ssl = field(engine, "ssl");
		Method closed = ssl.getClass().getDeclaredMethod("isClosed");
		closed.setAccessible(true);
		return (boolean) closed.invoke(ssl);
	}

	private static Object field(Object owner, String name) throws Exception {
		Field field = owner.getClass().getDeclaredField(name);
		field.setAccessible(true);
		return field.get(owner);
	}

}
