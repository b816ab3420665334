package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

import io.github.hardenedhttp.sample.Certificates.KeyType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The ops pack, with a real Prometheus that scrapes two samples: one that is attacked,
 * and one that only observes. Its rules are those of the jar, with one difference: a
 * minute is a second.
 */
@OnOneJava
@EnabledOnOs(OS.LINUX)
@TestInstance(Lifecycle.PER_CLASS)
class PrometheusIT {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final int DESCRIPTORS = 512;

	private static final int CAP = 300;

	private static final int ATTACKERS = 285;

	private RunningSample sample;

	private RunningSample observing;

	private RunningPrometheus prometheus;

	private HttpClient client;

	@BeforeAll
	void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
		Certificates certificates = Certificates.of(KeyType.ECDSA);
		this.sample = RunningSample.startUnderLimit(DESCRIPTORS,
				certificates.bundle("--hardened.timeout.handshake=2s", "--hardened.connection.max=" + CAP,
						"--hardened.filedescriptor.warn-at=60%", "--server.undertow.threads.worker=2"));
		this.observing = RunningSample.start("--hardened.mode=observe");
		this.prometheus = RunningPrometheus.start(directory, withSecondsForMinutes(OpsPack.rules()),
				Map.of("sample", this.sample.managementPort(), "observing", this.observing.managementPort()));
		this.client = HttpClient.newBuilder().sslContext(SampleIT.trusting(certificates)).build();
	}

	private static String withSecondsForMinutes(String rules) {
		return rules.replaceAll("(for: |\\[)(\\d+)m\\b", "$1$2s");
	}

	@AfterAll
	void stop() {
		this.prometheus.close();
		this.observing.close();
		this.sample.close();
	}

	@Test
	void whatPanelsAndRulesAskForIsScraped() throws Exception {
		visit("/hello").join();
		failToShakeHands();
		Set<String> wanted = OpsPack.names();
		// Only where an authority is asked for certificates.
		wanted.removeIf((name) -> name.startsWith("hardened_acme_"));
		assertThat(wanted).hasSizeGreaterThan(20);
		await().atMost(LIMIT).untilAsserted(() -> assertThat(this.prometheus.names()).containsAll(wanted));
	}

	@Test
	void everyMeterIsOnAPanel() throws Exception {
		visit("/hello").join();
		failToShakeHands();
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.prometheus.names()).contains("hardened_tls_handshakes_total",
					"hardened_pressure"));
		Set<String> shown = new TreeSet<>();
		OpsPack.panelQueries().forEach((query) -> shown.addAll(OpsPack.names(query)));
		assertThat(this.prometheus.names()).filteredOn((name) -> name.startsWith("hardened_")).isSubsetOf(shown);
	}

	@Test
	void everyPanelHasAQueryPrometheusUnderstands() {
		assertThat(OpsPack.panelQueries()).hasSizeGreaterThan(20)
			.allSatisfy((query) -> assertThat(this.prometheus
				.query(query.replaceAll("\\$(application|instance)", ".*").replace("$__rate_interval", "5s")))
				.isNotNull());
	}

	@Test
	void theDashboardCanBeNarrowedToAnApplicationAndAnInstance() {
		assertThat(OpsPack.dashboard().at("/templating/list").findValuesAsText("name")).contains("datasource",
				"application", "instance");
		assertThat(OpsPack.panelQueries()).allSatisfy(
				(query) -> assertThat(query).contains("application=~\"$application\", instance=~\"$instance\""));
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(
					this.prometheus.query("hardened_connections_max_connections{application=\"sample-app\"}"))
				.isNotEmpty());
	}

	@Test
	void alertsFireInAnAttackAndResolveAfterIt() {
		await().atMost(LIMIT).until(() -> this.prometheus.names().contains("instance:hardened_connections:ratio"));
		// Other tests have made handshakes fail.
		await().atMost(LIMIT).untilAsserted(() -> assertThat(this.prometheus.firing()).isEmpty());
		Attackers attackers = Attackers.loose(this.sample.httpsPort(), Trusting.context(),
				Collections.nCopies(ATTACKERS, Attack.SILENT_CONNECT));
		Flooders flooders = Flooders.loose(this.sample.httpsPort(), Trusting.context(), 2, Flood.PING);
		try (attackers; flooders) {
			List<CompletableFuture<?>> busy = keepWorkersBusy();
			// On a busy machine the first may be over before the last begins.
			Set<String> fired = new TreeSet<>();
			await().atMost(LIMIT.multipliedBy(2)).untilAsserted(() -> {
				fired.addAll(this.prometheus.firing());
				if (!fired.contains("HardenedWorkersBusy") && busy.stream().allMatch(CompletableFuture::isDone)) {
					busy.addAll(keepWorkersBusy());
				}
				assertThat(fired).contains("HardenedFileDescriptorsShort", "HardenedConnectionsNearCap",
						"HardenedConnectionsCut(handshake-timeout)", "HardenedHttp2Flood(h2-flood)",
						"HardenedHandshakesFail(timeout)", "HardenedWorkersBusy");
			});
		}
		await().atMost(LIMIT.multipliedBy(2)).untilAsserted(() -> assertThat(this.prometheus.firing()).isEmpty());
		this.observing.close();
		await().atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.prometheus.firing()).containsExactly("HardenedApplicationAbsent",
					"HardenedInstanceDown"));
	}

	private List<CompletableFuture<?>> keepWorkersBusy() {
		List<CompletableFuture<?>> requests = new ArrayList<>();
		for (int request = 0; request < 8; request++) {
			requests.add(visit("/think?time=6s"));
		}
		return requests;
	}

	private CompletableFuture<HttpResponse<String>> visit(String path) {
		URI uri = URI.create("https://localhost:%d%s".formatted(this.sample.httpsPort(), path));
		return this.client.sendAsync(HttpRequest.newBuilder(uri).version(Version.HTTP_1_1).timeout(LIMIT).build(),
				BodyHandlers.ofString());
	}

	private void failToShakeHands() throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.sample.httpsPort())) {
			OutputStream out = socket.getOutputStream();
			out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			out.flush();
			socket.getInputStream().readAllBytes();
		}
	}

}
