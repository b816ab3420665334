package io.github.hardenedhttp.report;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

import io.github.hardenedhttp.testsupport.TestCertificates;

/**
 * A TLS server that accepts all a JDK can: TLS 1.0, static RSA, CBC, finite fields. It is
 * a process of its own, for what a JDK refuses is read once.
 */
final class WeakServer implements AutoCloseable {

	private final Process process;

	private final int port;

	private WeakServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	static WeakServer start(Path directory) throws IOException {
		Path keyStore = TestCertificates.rsa(2048, "localhost").writeKeyStore(directory.resolve("weak.p12"));
		Path security = Files.writeString(directory.resolve("weak.security"),
				"jdk.tls.disabledAlgorithms=\njdk.tls.legacyAlgorithms=\njdk.certpath.disabledAlgorithms=\n");
		String classPath = new File(WeakServer.class.getProtectionDomain().getCodeSource().getLocation().getPath())
			.toString();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djava.security.properties=" + security, "-Djdk.tls.namedGroups=secp256r1,secp521r1,ffdhe2048", "-cp",
				classPath, WeakServer.class.getName(), keyStore.toString(), TestCertificates.PASSWORD)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
		return new WeakServer(process, Integer.parseInt(String.valueOf(output.readLine())));
	}

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	public static void main(String[] args) throws Exception {
		KeyStore keyStore = KeyStore.getInstance(new File(args[0]), args[1].toCharArray());
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(keyStore, args[1].toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
		server.setEnabledProtocols(new String[] { "TLSv1", "TLSv1.1", "TLSv1.2" });
		server.setEnabledCipherSuites(server.getSupportedCipherSuites());
		System.out.println(server.getLocalPort());
		while (true) {
			Socket client = server.accept();
			Thread thread = new Thread(() -> answer(client));
			thread.setDaemon(true);
			thread.start();
		}
	}

	private static void answer(Socket client) {
		try (client) {
			BufferedReader in = new BufferedReader(
					new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
			for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
				continue;
			}
			client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
		}
		catch (IOException ex) {
			// The client has seen enough.
		}
	}

}
