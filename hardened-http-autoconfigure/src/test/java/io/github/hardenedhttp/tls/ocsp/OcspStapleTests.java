package io.github.hardenedhttp.tls.ocsp;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;

import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.TestCertificates;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OcspStapleTests {

	private final TestCertificates authority = TestCertificates.ecdsa("Authority")
		.authority()
		.issuedBy(TestCertificates.ecdsa("Root").authority());

	private FakeOcspResponder responder;

	private OcspInquiry inquiry;

	@BeforeEach
	void start() throws Exception {
		this.responder = FakeOcspResponder.start(this.authority);
		this.inquiry = OcspInquiry.of(TestCertificates.ecdsa("localhost")
			.issuedBy(this.authority)
			.access(AccessDescription.id_ad_ocsp, this.responder.address())
			.chain());
	}

	@AfterEach
	void stop() {
		this.responder.close();
	}

	@Test
	void theNextAnswerIsAskedForWhenHalfOfTheTimeIsOver() throws Exception {
		this.responder.validFor(Duration.ofHours(8));
		assertThat(staple(Clock.systemUTC(), 0).renew()).isBetween(Duration.ofMinutes(239), Duration.ofHours(4));
		assertThat(staple(Clock.systemUTC(), 1).renew()).isBetween(Duration.ofMinutes(215), Duration.ofMinutes(216));
		this.responder.validFor(Duration.ofDays(7));
		assertThat(staple(Clock.systemUTC(), 0).renew()).isEqualTo(Duration.ofHours(12));
		this.responder.validFor(Duration.ofSeconds(10));
		assertThat(staple(Clock.systemUTC(), 0).renew()).isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void eachFailureWaitsLongerUpToAnHour() throws Exception {
		OcspStaple staple = staple(Clock.systemUTC(), 0);
		this.responder.is(FakeOcspResponder.Mood.MISSING);
		for (int minutes : new int[] { 1, 3, 9, 27, 60, 60 }) {
			assertThat(staple.renew()).isEqualTo(Duration.ofMinutes(minutes));
		}
		this.responder.is(FakeOcspResponder.Mood.GOOD);
		staple.renew();
		this.responder.is(FakeOcspResponder.Mood.MISSING);
		assertThat(staple.renew()).isEqualTo(Duration.ofMinutes(1));
	}

	@Test
	void anAnswerIsStapledAsLongAsItIsValidWhateverComesNext() throws Exception {
		Instant[] now = { Instant.now() };
		OcspStaple staple = staple(new Clock() {

			@Override
			public Instant instant() {
				return now[0];
			}

			@Override
			public ZoneOffset getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(ZoneId zone) {
				return this;
			}

		}, 0);
		assertThat(staple.current()).isNull();
		this.responder.validFor(Duration.ofHours(1));
		staple.renew();
		this.responder.is(FakeOcspResponder.Mood.GARBAGE);
		staple.renew();
		now[0] = now[0].plus(Duration.ofMinutes(59));
		assertThat(staple.current()).isNotNull();
		now[0] = now[0].plus(Duration.ofMinutes(2));
		assertThat(staple.current()).isNull();
	}

	@Test
	void whatWasRevokedIsNotCalledGoodAnyMore() throws Exception {
		OcspStaple staple = staple(Clock.systemUTC(), 0);
		staple.renew();
		assertThat(staple.current()).isNotNull();
		this.responder.is(FakeOcspResponder.Mood.REVOKED);
		staple.renew();
		assertThat(staple.current()).isNull();
	}

	@Test
	void whatWasSaidBeforeARevocationCountsNoMore() throws Exception {
		OcspStaple staple = staple(Clock.systemUTC(), 0);
		this.responder.is(FakeOcspResponder.Mood.REVOKED);
		staple.renew();
		this.responder.is(FakeOcspResponder.Mood.GOOD).saidBefore(Duration.ofHours(1));
		staple.renew();
		assertThat(staple.current()).isNull();
		assertThat(staple.check().verdict()).isEqualTo(Verdict.FAIL);
		this.responder.saidBefore(Duration.ZERO);
		staple.renew();
		assertThat(staple.current()).isNotNull();
		assertThat(staple.check().verdict()).isEqualTo(Verdict.PASS);
	}

	@Test
	void anOlderAnswerDoesNotReplaceANewerOne() throws Exception {
		OcspStaple staple = staple(Clock.systemUTC(), 0);
		staple.renew();
		OCSPResp newer = staple.current();
		this.responder.saidBefore(Duration.ofHours(1));
		staple.renew();
		assertThat(staple.current()).isNotNull().isSameAs(newer);
	}

	@Test
	void anAnswerIsWorthNoMoreThanTheRightOfItsSigner() throws Exception {
		TestCertificates delegate = TestCertificates.ecdsa("Responder")
			.issuedBy(this.authority)
			.purpose(KeyPurposeId.id_kp_OCSPSigning)
			.validFor(Duration.ofMinutes(31));
		this.responder.signedBy(delegate).validFor(Duration.ofHours(8));
		byte[] answer = new OcspClient().ask(this.responder.address(), this.inquiry.request());
		assertThat(this.inquiry.read(answer, Instant.now()).validUntil())
			.isEqualTo(delegate.certificate().getNotAfter().toInstant());
	}

	@Test
	void anAnswerAboutAnotherCertificateIsNone() throws Exception {
		OcspInquiry other = OcspInquiry.of(TestCertificates.ecdsa("localhost")
			.issuedBy(this.authority)
			.access(AccessDescription.id_ad_ocsp, this.responder.address())
			.chain());
		byte[] answer = new OcspClient().ask(this.responder.address(), other.request());
		assertThat(other.read(answer, Instant.now())).isNotNull();
		assertThatExceptionOfType(NoStapleException.class).isThrownBy(() -> this.inquiry.read(answer, Instant.now()))
			.withMessageContaining("about another certificate");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n" })
	void aResponderThatDribblesGetsNoMoreThanItsTime(String beginning) throws Exception {
		try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
			CompletableFuture.runAsync(() -> dribble(server, beginning));
			long begin = System.nanoTime();
			assertThatExceptionOfType(NoStapleException.class)
				.isThrownBy(() -> new OcspClient(Duration.ofMillis(500))
					.ask("http://127.0.0.1:" + server.getLocalPort(), new byte[10]))
				.withMessageContaining("does not answer within 500 ms");
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
		}
	}

	private static void dribble(ServerSocket server, String beginning) {
		try (Socket socket = server.accept(); OutputStream out = socket.getOutputStream()) {
			out.write(beginning.getBytes(StandardCharsets.US_ASCII));
			while (!server.isClosed()) {
				out.write('H');
				out.flush();
				Thread.sleep(50);
			}
		}
		catch (Exception ex) {
			// The client has gone, as it should.
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ldap://localhost/ocsp", "nonsense", "file:///etc/passwd", "http://" })
	void onlyHttpIsSpoken(String address) {
		assertThatExceptionOfType(NoStapleException.class).isThrownBy(() -> new OcspClient().ask(address, new byte[10]))
			.withMessageContaining("no address that begins with http");
	}

	@Test
	void anAddressMakesNoLinesOfItsOwn() {
		assertThatExceptionOfType(NoStapleException.class)
			.isThrownBy(() -> new OcspClient().ask("http://localhost/\r\n\u0085ERROR", new byte[10]))
			.withMessageContaining("'http://localhost/ ERROR'");
	}

	private OcspStaple staple(Clock clock, double chance) {
		return new OcspStaple(this.inquiry, new OcspClient(), clock, () -> chance);
	}

}
