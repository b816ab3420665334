package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Assertions;

/**
 * A server certificate for {@code localhost} and its key, signed by an authority of its
 * own. Made by openssl, once for each kind and test run.
 *
 * @param authority the certificate of the authority
 * @param certificate the certificate of the server
 * @param privateKey the key of the server
 */
record Certificates(Path authority, Path certificate, Path privateKey) {

	private static final Map<KeyType, Certificates> MADE = new ConcurrentHashMap<>();

	static Certificates of(KeyType type) {
		return MADE.computeIfAbsent(type, Certificates::make);
	}

	/**
	 * The properties that make the sample use it.
	 * @param more further properties
	 * @return all of them
	 */
	List<String> arguments(String... more) {
		List<String> arguments = new ArrayList<>(List.of("--hardened.certificate.self-signed=false",
				"--server.ssl.certificate=" + this.certificate.toAbsolutePath(),
				"--server.ssl.certificate-private-key=" + this.privateKey.toAbsolutePath()));
		arguments.addAll(List.of(more));
		return arguments;
	}

	/**
	 * The properties that make the sample use it as a bundle, of which Boot has a meter.
	 * @param more further properties
	 * @return all of them
	 */
	List<String> bundle(String... more) {
		List<String> arguments = new ArrayList<>(
				List.of("--hardened.certificate.self-signed=false", "--server.ssl.bundle=web",
						"--spring.ssl.bundle.pem.web.keystore.certificate=" + this.certificate.toAbsolutePath(),
						"--spring.ssl.bundle.pem.web.keystore.private-key=" + this.privateKey.toAbsolutePath()));
		arguments.addAll(List.of(more));
		return arguments;
	}

	private static Certificates make(KeyType type) {
		return make(type.name().toLowerCase(Locale.ROOT), type.newKey, type.keyUsage, "-sha256");
	}

	/**
	 * Makes one that no server should use.
	 * @param name the directory it is put into
	 * @param newKey what openssl is told about the key
	 * @param digest the option for the digest of the signature
	 * @return the certificate
	 */
	static Certificates make(String name, String newKey, String digest) {
		return make(name, newKey, "digitalSignature", digest);
	}

	private static Certificates make(String name, String newKey, String keyUsage, String digest) {
		Path directory = Path.of("target", "it", name);
		Path authority = directory.resolve("authority.pem");
		Path authorityKey = directory.resolve("authority-key.pem");
		Path request = directory.resolve("request.pem");
		Path certificate = directory.resolve("certificate.pem");
		Path key = directory.resolve("key.pem");
		Path extensions = directory.resolve("extensions.cnf");
		try {
			Files.createDirectories(directory);
			Files.writeString(extensions, """
					basicConstraints = critical, CA:FALSE
					keyUsage = critical, %s
					extendedKeyUsage = serverAuth
					subjectAltName = DNS:localhost, IP:127.0.0.1
					""".formatted(keyUsage));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		openssl("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 60 -subj /CN=Test-Authority -keyout "
				+ authorityKey + " -out " + authority);
		openssl("req -nodes -newkey " + newKey + " -subj /CN=localhost -keyout " + key + " -out " + request);
		openssl("x509 -req " + digest + " -days 60 -in " + request + " -CA " + authority + " -CAkey " + authorityKey
				+ " -CAcreateserial -extfile " + extensions + " -out " + certificate);
		return new Certificates(authority, certificate, key);
	}

	private static void openssl(String arguments) {
		Tool.Result result = Tool.find("openssl").run(Duration.ofSeconds(60), arguments.split(" "));
		Assertions.assertEquals(0, result.exitValue(), result::toString);
	}

	/**
	 * The kind of the server's key.
	 */
	enum KeyType {

		/**
		 * On P-256.
		 */
		ECDSA("ec -pkeyopt ec_paramgen_curve:P-256", "digitalSignature"),

		/**
		 * Of 2048 bits. May encipher keys, so that nothing but the server forbids static
		 * RSA.
		 */
		RSA("rsa:2048", "digitalSignature, keyEncipherment");

		private final String newKey;

		private final String keyUsage;

		KeyType(String newKey, String keyUsage) {
			this.newKey = newKey;
			this.keyUsage = keyUsage;
		}

	}

}
