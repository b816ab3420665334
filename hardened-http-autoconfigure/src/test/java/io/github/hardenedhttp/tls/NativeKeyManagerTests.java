package io.github.hardenedhttp.tls;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class NativeKeyManagerTests {

	@ParameterizedTest
	@ValueSource(strings = { "EC", "RSA" })
	void aKeyIsParsedOnce(String algorithm, @TempDir Path directory) throws Exception {
		TestCertificates certificate = "EC".equals(algorithm) ? TestCertificates.ecdsa("localhost")
				: TestCertificates.rsa(2048, "localhost");
		X509ExtendedKeyManager original = keyManager(certificate.writeKeyStore(directory.resolve("server.p12")));
		String alias = original.getServerAliases(algorithm, null)[0];
		KeyManager[] prepared = ConscryptTlsEngine.load().prepared(new KeyManager[] { original });
		X509ExtendedKeyManager keyManager = (X509ExtendedKeyManager) prepared[0];
		PrivateKey key = keyManager.getPrivateKey(alias);
		assertThat(key.getClass().getName()).startsWith("org.conscrypt.");
		assertThat(key.getEncoded()).isEqualTo(original.getPrivateKey(alias).getEncoded());
		assertThat(keyManager.getPrivateKey(alias)).isSameAs(key);
		assertThat(keyManager.getCertificateChain(alias)).isEqualTo(original.getCertificateChain(alias));
		assertThat(keyManager.getPrivateKey("nobody")).isNull();
	}

	@Test
	void aKeyThatDoesNotLeaveItsTokenStaysAsItIs() {
		X509ExtendedKeyManager original = mock(X509ExtendedKeyManager.class);
		PrivateKey key = mock(PrivateKey.class);
		given(original.getPrivateKey("server")).willReturn(key);
		assertThat(new NativeKeyManager(original, Conscrypt.newProvider()).getPrivateKey("server")).isSameAs(key);
	}

	@Test
	void aKeyOfAnUnknownKindStaysAsItIs() {
		X509ExtendedKeyManager original = mock(X509ExtendedKeyManager.class);
		PrivateKey key = mock(PrivateKey.class);
		given(key.getEncoded()).willReturn(new byte[] { 1, 2, 3 });
		given(key.getAlgorithm()).willReturn("unheard of");
		given(original.getPrivateKey("server")).willReturn(key);
		assertThat(new NativeKeyManager(original, Conscrypt.newProvider()).getPrivateKey("server")).isSameAs(key);
	}

	private static X509ExtendedKeyManager keyManager(Path keyStore) throws Exception {
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		char[] password = TestCertificates.PASSWORD.toCharArray();
		keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
		return (X509ExtendedKeyManager) keys.getKeyManagers()[0];
	}

}
