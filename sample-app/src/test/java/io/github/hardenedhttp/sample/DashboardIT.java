package io.github.hardenedhttp.sample;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page in a real browser, of a sample that is attacked. What it looks like is in
 * {@code target/it/dashboard-*.png}; those of the manual were made with
 * {@code -Ddashboard.seconds=40}.
 */
@OnOneJava
@TestInstance(Lifecycle.PER_CLASS)
class DashboardIT {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final int ATTACKERS = 120;

	// With more there is more to see in the pictures.
	private static final int SECONDS = Integer.getInteger("dashboard.seconds", 0);

	private static final int WIDE = 1280;

	private static final int PHONE = 390;

	private static final int HEIGHT = 900;

	// Chromium's helpers may still write into it while it is being deleted.
	@TempDir(cleanup = CleanupMode.NEVER)
	private Path profile;

	private RunningSample sample;

	private Browser browser;

	@BeforeAll
	void start() {
		this.sample = RunningSample.start(Certificates.of(KeyType.ECDSA).bundle("--hardened.timeout.handshake=1s"));
	}

	@AfterAll
	void stop() {
		this.sample.close();
	}

	@BeforeEach
	void open() {
		// The report has more to say when the server has looked at itself.
		await().atMost(LIMIT).until(() -> Vitals.get(this.sample, "hardening").contains("\"selfTest\""));
		this.browser = Browser.start(this.profile.resolve(Long.toString(System.nanoTime())));
		this.browser.resize(WIDE, HEIGHT);
		this.browser.prefer("light");
		this.browser.open(address() + "/dashboard");
		awaitThat("document.getElementById('state')?.textContent === 'Serving'");
	}

	@AfterEach
	void close() {
		this.browser.close();
	}

	@Test
	void thePageAsksNobodyElseAndNothingIsComplainedOf() {
		awaitThat("document.querySelectorAll('.legend tbody tr').length > 5");
		awaitThat("document.querySelectorAll('.check').length > 5");
		assertThat(this.browser.complaints()).isEmpty();
		assertThat(this.browser.requests()).hasSizeGreaterThan(5)
			.allSatisfy((request) -> assertThat(request.toString()).startsWith(address()));
		assertThat(this.browser.evaluate("typeof Chart").asText()).isEqualTo("function");
	}

	@Test
	void thePolicyLetsNoScriptInThatIsNotOurs() {
		this.browser.evaluate("""
				(() => {
					const script = document.createElement("script");
					script.textContent = "window.evil = true";
					document.body.append(script);
				})()""");
		assertThat(this.browser.evaluate("window.evil === undefined").asBoolean()).isTrue();
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.browser.complaints())
				.anyMatch((complaint) -> complaint.contains("Content Security Policy")));
	}

	@Test
	void theVerdictsOfTheReportAreThere() throws Exception {
		awaitThat("document.querySelectorAll('.check').length > 5");
		JsonNode report = new ObjectMapper().readTree(Vitals.get(this.sample, "hardening"));
		assertThat(this.browser.evaluate("document.getElementById('grade').textContent").asText())
			.isEqualTo(report.at("/grade/letter").asText());
		int checks = 0;
		for (JsonNode room : report.get("rooms")) {
			checks += room.get("checks").size();
			assertThat(this.browser
				.evaluate("document.querySelector('.room[data-room=\"%s\"]') !== null"
					.formatted(room.get("room").asText()))
				.asBoolean()).isTrue();
		}
		assertThat(this.browser.evaluate("document.querySelectorAll('.check .verdict').length").asInt())
			.isEqualTo(checks);
	}

	@Test
	void plotsMoveWhileAnAttackRuns() {
		awaitThat("document.querySelectorAll('.card canvas').length > 7");
		String before = picture("Connections by state");
		AtomicBoolean over = new AtomicBoolean();
		try (HonestVisitor visitor = new HonestVisitor(this.sample.httpsPort(), Trusting.context())) {
			CompletableFuture<?> visits = CompletableFuture
				.runAsync(() -> visitor.visit(over::get, Duration.ofMillis(50)));
			awaitThat(row("Requests, by outcome", "SUCCESS") + " > 5");
			awaitThat(row("Request duration", "p99") + " > 0");
			pause(SECONDS);
			attack();
			assertThat(picture("Connections by state")).isNotEqualTo(before);
			pause(SECONDS / 2);
			photograph("after", WIDE, "dark");
			over.set(true);
			visits.join();
		}
		awaitThat("document.getElementById('state').textContent === 'Serving'");
	}

	private void attack() {
		Attackers attackers = Attackers.loose(this.sample.httpsPort(), Trusting.context(),
				Collections.nCopies(ATTACKERS, Attack.SILENT_CONNECT));
		try (attackers) {
			awaitThat("document.getElementById('state').textContent === 'Under attack, and holding'");
			awaitThat(row("Connections by state", "handshake") + " > 20");
			awaitThat(row("Closed, by reason", "handshake-timeout") + " > 5");
			awaitThat(row("TLS handshakes, by result", "failed") + " > 5");
			pause(SECONDS);
			photograph("attack", WIDE, "light");
			photograph("attack-dark", WIDE, "dark");
			photograph("attack-phone", PHONE, "light");
			this.browser.resize(WIDE, HEIGHT);
		}
	}

	@Test
	void thePageIsUsableInTheDarkAndOnAPhone() {
		awaitThat("document.querySelectorAll('.check').length > 5");
		String light = background();
		for (String scheme : List.of("light", "dark")) {
			for (int width : List.of(WIDE, PHONE, 320)) {
				this.browser.prefer(scheme);
				this.browser.resize(width, HEIGHT);
				awaitThat("[...document.querySelectorAll('canvas')]"
						+ ".every((canvas) => canvas.getBoundingClientRect().right <= innerWidth)");
				this.browser.photograph(image(scheme + "-" + width), true);
				assertThat(this.browser.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(width);
			}
		}
		String dark = background();
		assertThat(dark).isNotEqualTo(light);
		this.browser.evaluate("document.getElementById('theme').click()");
		assertThat(this.browser.evaluate("document.getElementById('theme').textContent").asText())
			.isEqualTo("Theme: light");
		assertThat(background()).isEqualTo(light);
	}

	@Test
	void theKeyboardReachesEverythingAndPlotsHaveTables() {
		awaitThat("document.querySelectorAll('.room summary').length > 3");
		this.browser.tab();
		assertThat(this.browser.evaluate("document.activeElement.className").asText()).isEqualTo("skip");
		this.browser.tab();
		assertThat(this.browser.evaluate("document.activeElement.id").asText()).isEqualTo("pause");
		assertThat(this.browser
			.evaluate("[...document.querySelectorAll('canvas')].every((canvas) => canvas.getAttribute('aria-label') "
					+ "&& canvas.closest('article').querySelector('table caption').textContent)")
			.asBoolean()).isTrue();
		assertThat(this.browser
			.evaluate("['header', 'main', 'h1', '[role=status][aria-live=polite]']"
					+ ".every((selector) => document.querySelectorAll(selector).length > 0)")
			.asBoolean()).isTrue();
	}

	@Test
	void thePageOutlivesTheServer() {
		int port = this.sample.managementPort();
		this.sample.close();
		awaitThat("document.getElementById('state').textContent.startsWith('Server away since ')");
		this.sample = RunningSample.start(Certificates.of(KeyType.ECDSA)
			.bundle("--hardened.timeout.handshake=1s", "--management.server.port=" + port));
		awaitThat("document.getElementById('state').textContent === 'Serving'");
	}

	private String address() {
		return "http://127.0.0.1:%d/actuator/hardening".formatted(this.sample.managementPort());
	}

	private void awaitThat(String condition) {
		await(condition).atMost(LIMIT).until(() -> this.browser.evaluate(condition).asBoolean());
	}

	private String picture(String card) {
		return this.browser.evaluate(card(card) + ".querySelector('canvas').toDataURL()").asText();
	}

	/**
	 * The number in the column "now".
	 */
	private static String row(String card, String name) {
		return "parseFloat([...%s.querySelectorAll('tbody tr')].find((row) => row.cells[0].textContent === '%s')?.cells[1].textContent.replace(',', '') ?? '0')"
			.formatted(card(card), name);
	}

	private static String card(String title) {
		return "[...document.querySelectorAll('.card')].find((card) => card.querySelector('h3').textContent === '%s')"
			.formatted(title);
	}

	private String background() {
		return this.browser.evaluate("getComputedStyle(document.documentElement).backgroundColor").asText();
	}

	/**
	 * Down to the end of a row of cards.
	 */
	private void photograph(String name, int width, String scheme) {
		String last = card((width == WIDE) ? "Request duration" : "Connections by state");
		this.browser.prefer(scheme);
		this.browser.resize(width, HEIGHT);
		this.browser.resize(width,
				this.browser.evaluate("Math.ceil(%s.getBoundingClientRect().bottom + 14)".formatted(last)).asInt());
		// Drawn anew for these colours, with the next numbers.
		pause(SECONDS / 10);
		this.browser.photograph(image(name), false);
	}

	private static Path image(String name) {
		return Path.of("target", "it", "dashboard-%s.png".formatted(name));
	}

	/**
	 * For pictures only: the tests wait for what they want to see.
	 */
	private static void pause(int seconds) {
		LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
	}

}
