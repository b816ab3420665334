package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What JSSE is answered, asked in its place. With JSSE itself: {@link OcspStaplingTests}.
 */
class OcspStaplesTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final TestCertificates authority = TestCertificates.ecdsa("Authority")
		.authority()
		.issuedBy(TestCertificates.ecdsa("Root").authority());

	private FakeOcspResponder responder;

	@BeforeEach
	void startResponder() throws IOException {
		this.responder = FakeOcspResponder.start(this.authority);
	}

	@AfterEach
	void stopResponder() {
		this.responder.close();
	}

	@Test
	void anAnswerWaitsForNoLock() throws Exception {
		List<X509Certificate> chain = chain();
		try (OcspStaples staples = serving(chain)) {
			await().atMost(PATIENCE).until(() -> isStapled(chain));
			synchronized (staples) {
				assertThat(isStapled(chain)).isTrue();
			}
		}
	}

	@Test
	void theApplicationsOfAProcessShareOneResponder() throws Exception {
		List<X509Certificate> first = chain();
		List<X509Certificate> second = chain();
		OcspStaples one = serving(first);
		String address = System.getProperty(SharedOcspResponder.RESPONDER);
		try (OcspStaples other = serving(second)) {
			assertThat(other.checks()).isNotEmpty();
			await().atMost(PATIENCE).until(() -> isStapled(first) && isStapled(second));
			one.close();
			assertThat(System.getProperty(SharedOcspResponder.RESPONDER)).isEqualTo(address);
			assertThat(isStapled(first)).isFalse();
			assertThat(isStapled(second)).isTrue();
		}
		finally {
			one.close();
		}
		assertThat(System.getProperties().stringPropertyNames())
			.noneMatch((name) -> name.startsWith("jdk.tls.stapling"))
			.doesNotContain(SharedOcspResponder.ENABLE);
	}

	private List<X509Certificate> chain() {
		return TestCertificates.ecdsa("localhost")
			.issuedBy(this.authority)
			.access(AccessDescription.id_ad_ocsp, this.responder.address())
			.chain();
	}

	private static OcspStaples serving(List<X509Certificate> chain) {
		OcspStaples staples = new OcspStaples(Clock.systemUTC(), () -> 0);
		staples.prepare(List.of(chain));
		staples.serve("main", List.of(chain));
		return staples;
	}

	private static boolean isStapled(List<X509Certificate> chain) throws Exception {
		byte[] answer = new OcspClient().ask(System.getProperty(SharedOcspResponder.RESPONDER),
				OcspInquiry.of(chain).request());
		return new OCSPResp(answer).getStatus() == OCSPResp.SUCCESSFUL;
	}

}
