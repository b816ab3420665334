package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What Pebble does not do: limits, terms that change, renewal information. The rest is in
 * {@code AcmeIT}.
 */
class AcmeAuthorityTests {

	private static final WantedCertificate WANTED = new WantedCertificate("acme", List.of("one.example"));

	private HttpServer server;

	private URI base;

	private boolean renewalInfo;

	private Response newAccount = new Response(500, "", "");

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.base = URI.create("http://127.0.0.1:" + this.server.getAddress().getPort());
		this.server.createContext("/", this::answer);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(HttpExchange exchange) throws IOException {
		exchange.getResponseHeaders().set("Replay-Nonce", "bm9uY2U");
		String path = exchange.getRequestURI().getPath();
		if (path.equals("/dir")) {
			String renewal = this.renewalInfo ? ", \"renewalInfo\": \"%s/renewal\"".formatted(this.base) : "";
			new Response(200, "application/json", """
					{"newNonce": "%1$s/nonce", "newAccount": "%1$s/account", "newOrder": "%1$s/order"%2$s}"""
				.formatted(this.base, renewal)).send(exchange);
		}
		else if (path.startsWith("/renewal/")) {
			exchange.getResponseHeaders().set("Retry-After", "3600");
			new Response(200, "application/json", """
					{"suggestedWindow": {"start": "2031-01-02T00:00:00Z", "end": "2031-01-04T00:00:00Z"}}""")
				.send(exchange);
		}
		else if (path.equals("/account")) {
			exchange.getResponseHeaders().set("Retry-After", "7200");
			exchange.getResponseHeaders().set("Link", "<https://ca.example/terms>;rel=\"terms-of-service\"");
			this.newAccount.send(exchange);
		}
		else {
			new Response(200, "", "").send(exchange);
		}
	}

	@Test
	void aRateLimitComesWithItsEnd() throws Exception {
		this.newAccount = problem(429, "rateLimited", "too many\\nnew orders.");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.RATE_LIMITED);
		assertThat(failure.retryAfter()).isBetween(Instant.now().plusSeconds(7100), Instant.now().plusSeconds(7201));
		assertThat(failure.explanation()).isEqualTo("The authority limits orders: too many new orders. "
				+ "Nothing but waiting helps. 'letsencrypt-staging' has wider limits for trying out.");
	}

	@Test
	void termsThatHaveChangedSayWhereTheyAre() throws Exception {
		this.newAccount = problem(403, "userActionRequired", "Terms have changed");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.ACTION_REQUIRED);
		assertThat(failure)
			.hasMessage("The authority wants something of you: Terms have changed, terms at https://ca.example/terms");
	}

	@Test
	void anAuthorityThatIsNotWellIsOneThatCannotBeReached() throws Exception {
		this.newAccount = problem(500, "serverInternal", "database down");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.UNREACHABLE);
		assertThat(failure).hasMessage("The authority is not well: database down");
	}

	@Test
	void aRefusalIsSaidInItsWords() throws Exception {
		this.newAccount = problem(403, "unauthorized", "account is deactivated");
		OrderFailedException failure = order();
		assertThat(failure.result()).isEqualTo(OrderResult.REJECTED);
		assertThat(failure).hasMessage("The authority refuses: account is deactivated");
	}

	@Test
	void whatIsNoAcmeIsNoAuthority() throws Exception {
		this.newAccount = new Response(200, "text/html", "<html>maintenance</html>");
		assertThat(order().result()).isEqualTo(OrderResult.UNREACHABLE);
		this.newAccount = new Response(503, "text/html", "<html>maintenance</html>");
		assertThat(order().result()).isEqualTo(OrderResult.UNREACHABLE);
	}

	@Test
	void renewalInformationIsReadWhereThereIsSome() throws Exception {
		this.renewalInfo = true;
		Instant now = Instant.now();
		RenewalWindow window = authority().renewalWindow(certificateThatNamesItsIssuer(now)).orElseThrow();
		assertThat(window.start()).isEqualTo("2031-01-02T00:00:00Z");
		assertThat(window.end()).isEqualTo("2031-01-04T00:00:00Z");
		assertThat(window.at(0.5)).isEqualTo("2031-01-03T00:00:00Z");
		assertThat(window.askAgain()).isBetween(now.plusSeconds(3590), Instant.now().plusSeconds(3601));
	}

	@Test
	void withoutRenewalInformationThereIsNoWindow() throws Exception {
		assertThat(authority().renewalWindow(new FakeAuthority().certificate("one.example").certificate())).isEmpty();
	}

	private static X509Certificate certificateThatNamesItsIssuer(Instant now) throws Exception {
		KeyPair issuer = CertificateKeys.generate();
		return new JcaX509CertificateConverter()
			.getCertificate(new JcaX509v3CertificateBuilder(new X500Name("CN=authority"), BigInteger.valueOf(4711),
					Date.from(now), Date.from(now.plus(Duration.ofDays(90))), new X500Name("CN=one.example"),
					CertificateKeys.generate().getPublic())
				.addExtension(Extension.authorityKeyIdentifier, false,
						new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.getPublic()))
				.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
	}

	private OrderFailedException order() throws Exception {
		KeyPair account = CertificateKeys.generate();
		return assertThatExceptionOfType(OrderFailedException.class)
			.isThrownBy(() -> authority().order(account, WANTED, null))
			.actual();
	}

	private AcmeAuthority authority() {
		AcmePlan plan = new AcmePlan(this.base.resolve("/dir"), List.of(WANTED), List.of(), 0.33, Duration.ofMinutes(1),
				null, null);
		return new AcmeAuthority(plan, new OpenChallenges(), () -> null, Clock.systemUTC());
	}

	private static Response problem(int status, String type, String detail) {
		return new Response(status, "application/problem+json", """
				{"type": "urn:ietf:params:acme:error:%s", "detail": "%s"}""".formatted(type, detail));
	}

	/**
	 * A response.
	 *
	 * @param status the status
	 * @param type the content type
	 * @param body the body
	 */
	private record Response(int status, String type, String body) {

		void send(HttpExchange exchange) throws IOException {
			byte[] bytes = this.body.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().set("Content-Type", this.type);
			boolean head = exchange.getRequestMethod().equals("HEAD");
			exchange.sendResponseHeaders(this.status, head ? -1 : bytes.length);
			if (!head) {
				exchange.getResponseBody().write(bytes);
			}
			exchange.close();
		}

	}

}
