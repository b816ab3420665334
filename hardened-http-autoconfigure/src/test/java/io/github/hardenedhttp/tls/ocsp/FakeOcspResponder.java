package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.hardenedhttp.testsupport.TestCertificates;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP responder on the loopback that answers as it is told.
 */
final class FakeOcspResponder implements AutoCloseable {

	private final TestCertificates authority;

	private final HttpServer server;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final CountDownLatch closed = new CountDownLatch(1);

	private final AtomicInteger asked = new AtomicInteger();

	private volatile Mood mood = Mood.GOOD;

	private volatile Duration validity = Duration.ofHours(2);

	private volatile Duration age = Duration.ofMinutes(1);

	private volatile @Nullable TestCertificates delegate;

	private FakeOcspResponder(TestCertificates authority, HttpServer server) {
		this.authority = authority;
		this.server = server;
	}

	static FakeOcspResponder start(TestCertificates authority) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		FakeOcspResponder responder = new FakeOcspResponder(authority, server);
		server.createContext("/", responder::handle);
		server.setExecutor(responder.threads);
		server.start();
		return responder;
	}

	String address() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/ocsp";
	}

	FakeOcspResponder is(Mood mood) {
		this.mood = mood;
		return this;
	}

	FakeOcspResponder validFor(Duration validity) {
		this.validity = validity;
		return this;
	}

	/**
	 * How long ago the authority has said it.
	 */
	FakeOcspResponder saidBefore(Duration age) {
		this.age = age;
		return this;
	}

	/**
	 * Who signs in the place of the authority.
	 */
	FakeOcspResponder signedBy(TestCertificates delegate) {
		this.delegate = delegate;
		return this;
	}

	int asked() {
		return this.asked.get();
	}

	private void handle(HttpExchange exchange) throws IOException {
		byte[] request = exchange.getRequestBody().readAllBytes();
		this.asked.incrementAndGet();
		try (exchange) {
			if (this.mood == Mood.SILENT) {
				this.closed.await();
				return;
			}
			byte[] answer = (this.mood == Mood.GARBAGE) ? "no response".getBytes(StandardCharsets.US_ASCII)
					: answer(request);
			exchange.sendResponseHeaders((this.mood == Mood.MISSING) ? 404 : 200, answer.length);
			exchange.getResponseBody().write(answer);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

	private byte[] answer(byte[] request) throws Exception {
		if (this.mood == Mood.TRY_LATER) {
			return new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded();
		}
		if (this.mood == Mood.NESTED) {
			byte[] sequences = new byte[64 * 1024];
			for (int i = 0; i < sequences.length; i++) {
				sequences[i] = (byte) ((i % 2 == 0) ? 0x30 : 0x80);
			}
			return sequences;
		}
		Instant begin = Instant.now().minus(this.age);
		Instant end = (this.mood == Mood.EXPIRED) ? begin.plusSeconds(30) : Instant.now().plus(this.validity);
		TestCertificates signer = signer();
		X509CertificateHolder certificate = new JcaX509CertificateHolder(signer.certificate());
		X509CertificateHolder sent = (this.mood == Mood.MALFORMED_SIGNER) ? withoutEnd(certificate) : certificate;
		CertificateID id = new OCSPReq(request).getRequestList()[0].getCertID();
		return new OCSPRespBuilder()
			.build(OCSPRespBuilder.SUCCESSFUL,
					new BasicOCSPRespBuilder(new RespID(certificate.getSubject()))
						.addResponse((this.mood == Mood.OTHER_DIGEST) ? bySha256(id) : id, status(), Date.from(begin),
								(this.mood == Mood.ENDLESS) ? null : Date.from(end), null)
						.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.privateKey()),
								new X509CertificateHolder[] { sent }, new Date()))
			.getEncoded();
	}

	private TestCertificates signer() {
		if (this.mood == Mood.FOREIGN) {
			return TestCertificates.ecdsa("Another server").issuedBy(this.authority);
		}
		if (this.mood == Mood.MALFORMED_SIGNER) {
			return TestCertificates.ecdsa("Responder").issuedBy(this.authority).purpose(KeyPurposeId.id_kp_OCSPSigning);
		}
		TestCertificates delegate = this.delegate;
		return (delegate != null) ? delegate : this.authority;
	}

	/**
	 * The same certificate with an end that is no time.
	 */
	private static X509CertificateHolder withoutEnd(X509CertificateHolder certificate) throws IOException {
		String end = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
			.withZone(ZoneOffset.UTC)
			.format(certificate.getNotAfter().toInstant());
		String encoded = new String(certificate.getEncoded(), StandardCharsets.ISO_8859_1);
		byte[] changed = encoded.replace(end, "99__________Z").getBytes(StandardCharsets.ISO_8859_1);
		if (Arrays.equals(changed, certificate.getEncoded())) {
			throw new IllegalStateException("There is no such end in it: " + end);
		}
		return new X509CertificateHolder(changed);
	}

	private CertificateID bySha256(CertificateID id) throws Exception {
		DigestCalculator sha256 = new JcaDigestCalculatorProviderBuilder().build()
			.get(new DefaultDigestAlgorithmIdentifierFinder().find("SHA-256"));
		return new CertificateID(sha256, new JcaX509CertificateHolder(this.authority.certificate()),
				id.getSerialNumber());
	}

	private @Nullable CertificateStatus status() {
		return (this.mood == Mood.REVOKED) ? new RevokedStatus(new Date()) : CertificateStatus.GOOD;
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/**
	 * How it answers.
	 */
	enum Mood {

		/** As it should. */
		GOOD(""),

		/** Never. */
		SILENT("does not answer within"),

		/** With something else. */
		GARBAGE("sends what is no OCSP response"),

		/** With 404. */
		MISSING("answers with the status 404"),

		/** With the error of that name. */
		TRY_LATER("answers with the error 3"),

		/** That the certificate was revoked. */
		REVOKED("it was revoked at"),

		/** With what was true once. */
		EXPIRED("sends an answer that has expired"),

		/** With what is true for ever. */
		ENDLESS("does not say until when"),

		/** Signed by another server with a certificate of the same authority. */
		FOREIGN("the authority has not signed"),

		/** Signed with a certificate that cannot be read to its end. */
		MALFORMED_SIGNER("the authority has not signed"),

		/** With a name of the certificate that JSSE would not find. */
		OTHER_DIGEST("sends an answer about another certificate"),

		/** With sequences in sequences, as deep as there is room. */
		NESTED("sends what is no OCSP response");

		private final String complaint;

		Mood(String complaint) {
			this.complaint = complaint;
		}

		String complaint() {
			return this.complaint;
		}

	}

}
