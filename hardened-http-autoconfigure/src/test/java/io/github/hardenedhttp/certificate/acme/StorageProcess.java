package io.github.hardenedhttp.certificate.acme;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.testsupport.TestCertificates;

/**
 * Another instance on the same directory: a process that holds the lock until it is
 * killed, or that saves one certificate after the other.
 */
final class StorageProcess implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private StorageProcess(Process process) {
		this.process = process;
		this.output = process.inputReader();
	}

	static StorageProcess holding(Path directory) throws IOException {
		return start(directory, "hold");
	}

	static StorageProcess saving(Path directory, int times) throws IOException {
		return start(directory, String.valueOf(times));
	}

	private static StorageProcess start(Path directory, String task) throws IOException {
		return new StorageProcess(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				StorageProcess.class.getName(), directory.toString(), task)
			.redirectErrorStream(true)
			.start());
	}

	long pid() {
		return this.process.pid();
	}

	/**
	 * Waits for the next line of its output.
	 */
	String line() throws IOException {
		return String.valueOf(this.output.readLine());
	}

	/**
	 * Kills it (SIGKILL) and waits for its end.
	 */
	void kill() {
		this.process.destroyForcibly();
		try {
			this.process.waitFor();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		kill();
	}

	public static void main(String[] arguments) throws InterruptedException, IOException {
		FileCertificateStore store = FileCertificateStore.open(Path.of(arguments[0]));
		if (arguments[1].equals("hold")) {
			System.out.println("waiting");
			CertificateStore.Lock lock = store.lock(Duration.ofSeconds(20));
			System.out.println("holding");
			System.in.read();
			lock.close();
			return;
		}
		TestCertificates made = TestCertificates.ecdsa("localhost");
		StoredCertificate certificate = new StoredCertificate(made.privateKey(), List.of(made.certificate()));
		for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
			CertificateStore.Lock lock = store.lock(Duration.ofSeconds(20));
			store.saveCertificate("web", certificate);
			lock.close();
		}
		System.out.println("saved");
	}

}
