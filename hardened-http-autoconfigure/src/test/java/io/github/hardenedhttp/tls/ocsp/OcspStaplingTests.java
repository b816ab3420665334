package io.github.hardenedhttp.tls.ocsp;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import javax.net.ssl.ExtendedSSLSession;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.TestCertificates;
import io.github.hardenedhttp.testsupport.TestCertificates.PemFiles;
import io.github.hardenedhttp.testsupport.TestClient;
import io.github.hardenedhttp.testsupport.TestServer;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class OcspStaplingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String THREAD = "hardened-ocsp";

	private final TestCertificates authority = TestCertificates.ecdsa("Authority")
		.authority()
		.issuedBy(TestCertificates.ecdsa("Root").authority());

	@TempDir
	private Path directory;

	private FakeOcspResponder responder;

	@BeforeEach
	void startResponder() throws IOException {
		this.responder = FakeOcspResponder.start(this.authority);
	}

	@AfterEach
	void nothingIsLeft() {
		this.responder.close();
		assertThat(System.getProperties().stringPropertyNames())
			.noneMatch((name) -> name.startsWith("jdk.tls.stapling"))
			.doesNotContain(SharedOcspResponder.ENABLE);
		await().atMost(PATIENCE).until(() -> !isFetching());
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void whatTheAuthoritySaysIsStapled(String protocol) throws Exception {
		try (TestServer server = start(withAddress())) {
			await().atMost(PATIENCE).until(() -> stapled(server, protocol).length > 0);
			OCSPResp response = new OCSPResp(stapled(server, protocol));
			assertThat(((BasicOCSPResp) response.getResponseObject()).getResponses()[0].getCertStatus())
				.isEqualTo(CertificateStatus.GOOD);
			assertThat(check(server)).extracting(HardeningCheck::verdict).containsExactly(Verdict.PASS);
			assertThat(this.responder.asked()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "GOOD", "SILENT" })
	void whatIsNotGoodIsNotStapledAndSaidOnce(FakeOcspResponder.Mood mood, CapturedOutput output) throws Exception {
		this.responder.is(mood);
		try (TestServer server = start(withAddress())) {
			await().atMost(PATIENCE).until(() -> output.getAll().contains(mood.complaint()));
			assertThat(stapled(server, "TLSv1.3")).isEmpty();
			assertThat(stapled(server, "TLSv1.2")).isEmpty();
			assertThat(check(server)).extracting(HardeningCheck::verdict)
				.containsExactly((mood == FakeOcspResponder.Mood.REVOKED) ? Verdict.FAIL : Verdict.WARN);
			assertThat(output.getAll().lines().filter((line) -> line.contains("OCSP"))).hasSize(1);
			assertThat(output).doesNotContain("\tat ");
		}
	}

	@Test
	void noHandshakeWaitsForASilentResponder() throws Exception {
		this.responder.is(FakeOcspResponder.Mood.SILENT);
		List<Long> without;
		try (TestServer server = start(withoutAddress())) {
			without = handshakes(server);
		}
		try (TestServer server = start(withAddress())) {
			await().atMost(PATIENCE).until(() -> this.responder.asked() == 1);
			List<Long> with = handshakes(server);
			System.out.printf("Handshakes in ms, median and longest of %d: without %d, %d; silent responder %d, %d%n",
					with.size(), without.get(without.size() / 2), without.get(without.size() - 1),
					with.get(with.size() / 2), with.get(with.size() - 1));
			assertThat(with.get(with.size() / 2)).as("the median").isLessThan(without.get(without.size() / 2) + 250);
			assertThat(with.get(with.size() - 1)).isLessThan(4000);
			assertThat(this.responder.asked()).isOne();
		}
	}

	private static List<Long> handshakes(TestServer server) throws Exception {
		List<Long> millis = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			long begin = System.nanoTime();
			assertThat(stapled(server, (i % 2 == 0) ? "TLSv1.2" : "TLSv1.3")).isEmpty();
			millis.add((System.nanoTime() - begin) / 1_000_000);
		}
		Collections.sort(millis);
		return millis;
	}

	@Test
	void withoutAnAddressThereIsNeitherThreadNorWord(CapturedOutput output) throws Exception {
		try (TestServer server = start(withoutAddress())) {
			assertThat(stapled(server, "TLSv1.3")).isEmpty();
			assertThat(isFetching()).isFalse();
			assertThat(check(server)).isEmpty();
			assertThat(System.getProperty(SharedOcspResponder.ENABLE)).isNull();
			assertThat(output).doesNotContainIgnoringCase("ocsp");
		}
	}

	@Test
	void itCanBeTurnedOff() throws Exception {
		try (TestServer server = start(withAddress(), "hardened.tls.ocsp-stapling=false")) {
			assertThat(stapled(server, "TLSv1.3")).isEmpty();
			assertThat(isFetching()).isFalse();
			assertThat(server.context().getBeansOfType(OcspStaples.class)).isEmpty();
			assertThat(this.responder.asked()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { SharedOcspResponder.ENABLE, SharedOcspResponder.OVERRIDE, SharedOcspResponder.RESPONDER })
	void whoHasSetAPropertyHimselfIsLeftAlone(String property) throws Exception {
		System.setProperty(property, "false");
		try (TestServer server = start(withAddress())) {
			assertThat(stapled(server, "TLSv1.3")).isEmpty();
			assertThat(isFetching()).isFalse();
			assertThat(System.getProperty(property)).isEqualTo("false");
		}
		finally {
			System.clearProperty(property);
		}
	}

	@Test
	void aChainWithoutIssuerIsComplainedOf(CapturedOutput output) {
		TestCertificates alone = TestCertificates.ecdsa("localhost")
			.access(AccessDescription.id_ad_ocsp, this.responder.address());
		try (TestServer server = start(alone)) {
			await().atMost(PATIENCE)
				.until(() -> output.getAll().contains("the certificate of its issuer is not in its chain"));
			assertThat(check(server)).extracting(HardeningCheck::verdict).containsExactly(Verdict.WARN);
			assertThat(this.responder.asked()).isZero();
		}
	}

	@Test
	void aReloadReplacesWhatIsStapled() throws Exception {
		try (TestServer server = start(withoutAddress())) {
			assertThat(stapled(server, "TLSv1.3")).isEmpty();
			TestCertificates second = withAddress();
			second.writePem(this.directory);
			await().atMost(PATIENCE).until(() -> stapled(server, "TLSv1.3").length > 0);
			TestCertificates third = withAddress();
			third.writePem(this.directory);
			await().atMost(PATIENCE)
				.until(() -> served(server).getSerialNumber().equals(third.certificate().getSerialNumber()));
			await().atMost(PATIENCE).until(() -> stapled(server, "TLSv1.3").length > 0);
			BasicOCSPResp response = (BasicOCSPResp) new OCSPResp(stapled(server, "TLSv1.3")).getResponseObject();
			assertThat(response.getResponses()[0].getCertID().getSerialNumber())
				.isEqualTo(third.certificate().getSerialNumber());
			withoutAddress().writePem(this.directory);
			await().atMost(PATIENCE).until(() -> stapled(server, "TLSv1.3").length == 0);
			assertThat(check(server)).isEmpty();
			assertThat(this.responder.asked()).isEqualTo(2);
		}
	}

	private TestCertificates withAddress() {
		return withoutAddress().access(AccessDescription.id_ad_ocsp, this.responder.address());
	}

	private TestCertificates withoutAddress() {
		return TestCertificates.ecdsa("localhost").issuedBy(this.authority);
	}

	private TestServer start(TestCertificates certificate, String... more) {
		PemFiles files = certificate.writePem(this.directory);
		List<String> properties = new ArrayList<>(List.of("hardened.tls.engine=jdk", "server.ssl.bundle=main",
				"spring.ssl.bundle.pem.main.keystore.certificate=" + files.certificate(),
				"spring.ssl.bundle.pem.main.keystore.private-key=" + files.privateKey(),
				"spring.ssl.bundle.pem.main.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=200ms"));
		properties.addAll(List.of(more));
		return TestServer.start(properties.toArray(String[]::new));
	}

	/**
	 * What a client that has never been here is sent with the server's certificate.
	 */
	private static byte[] stapled(TestServer server, String protocol) throws Exception {
		try (TestClient client = TestClient.tls(server.port(), TestClient.trustingAnybody(),
				(offer) -> offer.setProtocols(new String[] { protocol }))) {
			List<byte[]> responses = ((ExtendedSSLSession) client.session()).getStatusResponses();
			return responses.isEmpty() ? new byte[0] : responses.get(0);
		}
	}

	private static X509Certificate served(TestServer server) throws Exception {
		try (TestClient client = TestClient.tls(server.port())) {
			return client.serverCertificate();
		}
	}

	private static List<HardeningCheck> check(TestServer server) {
		return server.bean(OcspStaples.class).checks();
	}

	private static boolean isFetching() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> thread.getName().equals(THREAD));
	}

}
