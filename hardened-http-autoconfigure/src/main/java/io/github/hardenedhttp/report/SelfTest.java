package io.github.hardenedhttp.report;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Connects to the ports of this server as a stranger would, one connection at a time, and
 * writes down what is negotiated. It trusts every certificate, for it sends nothing but a
 * request no application answers. About 25 connections, and one for each name with a
 * certificate, in a fraction of a second; after {@link #LIMIT} it stops where it is.
 */
final class SelfTest {

	static final Duration LIMIT = Duration.ofSeconds(20);

	static final Duration PATIENCE = Duration.ofSeconds(2);

	/**
	 * A method nobody has: it is refused before the application sees it, with the headers
	 * every answer has.
	 */
	private static final String METHOD = "SELFTEST";

	private static final int LONGEST_HEAD = 64 * 1024;

	private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

	private final Connector connector;

	private final Clock clock;

	private final List<String> problems = new ArrayList<>();

	private final long end = System.nanoTime() + LIMIT.toNanos();

	SelfTest(Connector connector, Clock clock) {
		this.connector = connector;
		this.clock = clock;
	}

	/**
	 * Runs once; may be interrupted.
	 * @param server the port of the application
	 * @param tls whether it speaks TLS
	 * @param serverNames the names there is a certificate for, besides that of all others
	 * @param redirect the port of the redirect, or {@code null} if there is none
	 * @param host a host the redirect may lead to, or {@code null} for one of the
	 * certificate
	 * @return what was seen
	 */
	SelfTestResult run(InetSocketAddress server, boolean tls, Collection<String> serverNames,
			@Nullable InetSocketAddress redirect, @Nullable String host) {
		long start = System.nanoTime();
		String at = this.clock.instant().toString();
		SelfTestResult.Tls seen = tls ? tls(server, serverNames) : null;
		SelfTestResult.Redirect led = (redirect != null)
				? redirect(redirect, (host != null) ? host : hostOf(seen, server)) : null;
		return new SelfTestResult(at, Duration.ofNanos(System.nanoTime() - start).toMillis(), seen, led,
				List.copyOf(this.problems));
	}

	private SelfTestResult.Tls tls(InetSocketAddress server, Collection<String> serverNames) {
		List<String> accepted = new ArrayList<>();
		List<String> refused = new ArrayList<>();
		Map<String, List<String>> suites = new LinkedHashMap<>();
		Set<String> groups = new LinkedHashSet<>();
		for (TlsVersion version : TlsVersion.values()) {
			List<String> chosen = suites(server, version);
			if (chosen != null) {
				(chosen.isEmpty() ? refused : accepted).add(version.jsseName());
				if (!chosen.isEmpty()) {
					suites.put(version.jsseName(), chosen);
				}
			}
		}
		for (TlsVersion version : List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2)) {
			if (accepted.contains(version.jsseName())) {
				groups.addAll(groups(server, version));
			}
		}
		Visit visit = visit(server);
		return new SelfTestResult.Tls(accepted, refused, suites, List.copyOf(groups), visit.protocol, visit.suite,
				visit.chain, serverNames(server, serverNames), visit.alpn, visit.strictTransportSecurity);
	}

	/**
	 * Offers all suites, then all but the chosen one, and so on.
	 * @return the suites, none if the version is refused, {@code null} if nobody knows
	 */
	private @Nullable List<String> suites(InetSocketAddress server, TlsVersion version) {
		return choices(server, version.jsseName(), version.suites(),
				(left) -> new TlsOffer(version, left, CipherSuites.GROUPS.keySet()), TlsOffer.Choice::suite);
	}

	private List<String> groups(InetSocketAddress server, TlsVersion version) {
		// Before TLS 1.3 a server may choose a suite that needs no group.
		List<Integer> suites = version.suites()
			.entrySet()
			.stream()
			.filter((suite) -> version == TlsVersion.TLS_1_3 || suite.getValue().contains("_ECDHE_"))
			.map(Map.Entry::getKey)
			.toList();
		List<String> groups = choices(server, "groups of " + version.jsseName(), CipherSuites.GROUPS,
				(left) -> new TlsOffer(version, suites, left), TlsOffer.Choice::group);
		return (groups != null) ? groups : List.of();
	}

	private @Nullable List<String> choices(InetSocketAddress server, String what, Map<Integer, String> names,
			Offers offers, ToIntFunction<TlsOffer.Choice> number) {
		Set<Integer> left = new LinkedHashSet<>(names.keySet());
		List<String> chosen = new ArrayList<>();
		while (!left.isEmpty()) {
			if (isOver()) {
				this.problems.add("%s: no time was left".formatted(what));
				return chosen.isEmpty() ? null : chosen;
			}
			try (Socket socket = this.connector.connect(server)) {
				TlsOffer.Choice choice = offers.of(left).ask(socket);
				if (choice == null || !left.remove(number.applyAsInt(choice))) {
					return chosen;
				}
				chosen.add(names.getOrDefault(number.applyAsInt(choice), "?"));
			}
			catch (IOException ex) {
				this.problems.add("%s: %s".formatted(what, ex.getMessage()));
				return chosen.isEmpty() ? null : chosen;
			}
		}
		return chosen;
	}

	private boolean isOver() {
		return Thread.currentThread().isInterrupted() || System.nanoTime() - this.end > 0;
	}

	private Visit visit(InetSocketAddress server) {
		Visit visit = new Visit();
		try (SSLSocket socket = shakeHands(server, visit, "h2", "http/1.1")) {
			visit.protocol = socket.getSession().getProtocol();
			visit.suite = socket.getSession().getCipherSuite();
			String alpn = socket.getApplicationProtocol();
			visit.alpn = (alpn == null || alpn.isEmpty()) ? null : alpn;
		}
		catch (IOException | GeneralSecurityException ex) {
			this.problems.add("handshake: " + ex.getMessage());
			return visit;
		}
		try (SSLSocket socket = shakeHands(server, visit, "http/1.1")) {
			String head = exchange(socket, METHOD, server.getAddress().getHostAddress());
			visit.strictTransportSecurity = field(head, "Strict-Transport-Security");
		}
		catch (IOException | GeneralSecurityException ex) {
			this.problems.add("request: " + ex.getMessage());
		}
		return visit;
	}

	private List<SelfTestResult.ServerName> serverNames(InetSocketAddress server, Collection<String> names) {
		List<SelfTestResult.ServerName> seen = new ArrayList<>();
		for (String name : names) {
			if (isOver()) {
				this.problems.add("server names: no time was left");
				break;
			}
			Visit visit = new Visit();
			visit.serverName = name;
			try (SSLSocket socket = shakeHands(server, visit, "http/1.1")) {
				visit.protocol = socket.getSession().getProtocol();
				seen.add(new SelfTestResult.ServerName(name, visit.chain.get(0)));
			}
			// What a host name may be is not the same for everybody.
			catch (IOException | GeneralSecurityException | IllegalArgumentException ex) {
				this.problems.add("handshake for %s: %s".formatted(name, ex.getMessage()));
			}
		}
		return seen;
	}

	private SSLSocket shakeHands(InetSocketAddress server, Visit visit, String... alpn)
			throws IOException, GeneralSecurityException {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, new TrustManager[] { new Witness(visit) }, null);
		Socket raw = this.connector.connect(server);
		try {
			SSLSocket socket = (SSLSocket) context.getSocketFactory()
				.createSocket(raw, server.getAddress().getHostAddress(), server.getPort(), true);
			SSLParameters parameters = socket.getSSLParameters();
			parameters.setApplicationProtocols(alpn);
			if (visit.serverName != null) {
				parameters.setServerNames(List.of(new SNIHostName(visit.serverName)));
			}
			socket.setSSLParameters(parameters);
			socket.startHandshake();
			return socket;
		}
		catch (IOException | RuntimeException ex) {
			raw.close();
			throw ex;
		}
	}

	private SelfTestResult.Redirect redirect(InetSocketAddress server, String host) {
		try (Socket socket = this.connector.connect(server)) {
			String head = exchange(socket, "GET", host);
			Matcher status = STATUS.matcher(head);
			return new SelfTestResult.Redirect(server.getPort(),
					status.lookingAt() ? Integer.parseInt(status.group(1)) : 0, field(head, "Location"));
		}
		catch (IOException ex) {
			this.problems.add("redirect: " + ex.getMessage());
			return new SelfTestResult.Redirect(server.getPort(), 0, null);
		}
	}

	/**
	 * A host that a name or pattern covers.
	 * @param pattern a name, or {@code *.} and a name
	 * @return the host
	 */
	static String exact(String pattern) {
		return pattern.startsWith("*.") ? "www" + pattern.substring(1) : pattern;
	}

	private static String hostOf(SelfTestResult.@Nullable Tls seen, InetSocketAddress server) {
		List<String> names = (seen == null || seen.chain().isEmpty()) ? List.of() : seen.chain().get(0).names();
		return names.stream().findFirst().map(SelfTest::exact).orElse(server.getAddress().getHostAddress());
	}

	private String exchange(Socket socket, String method, String host) throws IOException {
		String literal = host.contains(":") ? "[" + host + "]" : host;
		String request = "%s / HTTP/1.1\r\nHost: %s\r\nUser-Agent: hardened-self-test\r\nConnection: close\r\n\r\n"
			.formatted(method, literal);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		socket.getOutputStream().flush();
		StringBuilder head = new StringBuilder();
		InputStream in = socket.getInputStream();
		for (int next = in.read(); next >= 0 && head.length() < LONGEST_HEAD && !isOver(); next = in.read()) {
			head.append((char) next);
			if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
				break;
			}
		}
		return head.toString();
	}

	private static @Nullable String field(String head, String name) {
		String beginning = name + ":";
		return Arrays.stream(head.split("\r\n"))
			.filter((line) -> line.regionMatches(true, 0, beginning, 0, beginning.length()))
			.map((line) -> line.substring(beginning.length()).strip())
			.findFirst()
			.orElse(null);
	}

	/**
	 * How to reach the server.
	 */
	@FunctionalInterface
	interface Connector {

		/**
		 * Connects to a port of this machine.
		 * @param server the address
		 * @return a connected socket that waits for no byte longer than {@link #PATIENCE}
		 * @throws IOException if there is nobody
		 */
		Socket connect(InetSocketAddress server) throws IOException;

	}

	@FunctionalInterface
	private interface Offers {

		TlsOffer of(Collection<Integer> left);

	}

	private static final class Visit {

		private @Nullable String serverName;

		private @Nullable String protocol;

		private @Nullable String suite;

		private List<SelfTestResult.Certificate> chain = List.of();

		private @Nullable String alpn;

		private @Nullable String strictTransportSecurity;

	}

	/**
	 * Believes everything, and remembers it.
	 */
	private static final class Witness extends X509ExtendedTrustManager {

		private final Visit visit;

		Witness(Visit visit) {
			this.visit = visit;
		}

		private void remember(X509Certificate[] chain) {
			this.visit.chain = Arrays.stream(chain)
				.map((certificate) -> new SelfTestResult.Certificate(certificate.getSubjectX500Principal().getName(),
						names(certificate), certificate.getNotAfter().toInstant().toString()))
				.toList();
		}

		private static List<String> names(X509Certificate certificate) {
			try {
				Collection<List<?>> names = certificate.getSubjectAlternativeNames();
				return (names == null) ? List.of() : names.stream().map((name) -> name.get(1).toString()).toList();
			}
			catch (CertificateParsingException ex) {
				return List.of();
			}
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
			remember(chain);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
			remember(chain);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
			remember(chain);
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
