package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UndertowOcspResponderTests {

	@ParameterizedTest
	@ValueSource(strings = { "GET / HT",
			"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ocsp-request\r\nContent-Length: 9\r\n\r\n1" })
	void whoBeginsAndDoesNotGoOnIsCut(String beginning) throws Exception {
		UndertowOcspResponder responder = UndertowOcspResponder.open((id) -> null);
		try (Socket socket = new Socket(responder.address().getHost(), responder.address().getPort())) {
			socket.setSoTimeout(20_000);
			socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
			waitForTheEnd(socket);
		}
		finally {
			responder.close();
		}
	}

	private static void waitForTheEnd(Socket socket) throws IOException {
		try {
			socket.getInputStream().readAllBytes();
		}
		catch (SocketException ex) {
			// Reset, which is an end as well
		}
	}

	@Test
	void closingDoesNotWaitForAnAnswerThatHangs() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		UndertowOcspResponder responder = UndertowOcspResponder.open((id) -> {
			asked.countDown();
			await(end);
			return null;
		});
		try {
			new Thread(() -> ask(responder)).start();
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(CompletableFuture.runAsync(responder::close)).succeedsWithin(Duration.ofSeconds(20));
		}
		finally {
			end.countDown();
		}
	}

	private static void ask(UndertowOcspResponder responder) {
		try {
			TestCertificates authority = TestCertificates.ecdsa("Authority")
				.authority()
				.issuedBy(TestCertificates.ecdsa("Root").authority());
			List<X509Certificate> chain = TestCertificates.ecdsa("localhost")
				.issuedBy(authority)
				.access(AccessDescription.id_ad_ocsp, responder.address().toString())
				.chain();
			new OcspClient().ask(responder.address().toString(), OcspInquiry.of(chain).request());
		}
		catch (NoStapleException | InterruptedException ex) {
			// There is no answer, as there should not be.
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
