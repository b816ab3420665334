package io.github.hardenedhttp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.hardenedhttp.testsupport.Production;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that can be thrown at start is explained: each exception has an analyzer,
 * and each analyzer a test of its text.
 */
class StartFailureTests {

	/**
	 * Our own that are thrown while requests are served, when no start can fail.
	 */
	private static final Set<String> WHILE_SERVING = Set.of("NoClientCertificateException", "AbortExchangeException",
			"BodyTooLargeException", "RefusedException", "RequestDeadlineExceededException",
			// Caught, and told as a MissingCertificateException where a start waits.
			"OrderFailedException", "HeldException",
			// Caught, and told as an invalid 'hardened.tls.engine', or in the log.
			"UnusableTlsEngineException",
			// Told in the log and in the report.
			"NoStapleException");

	/**
	 * Those Boot has an analyzer for.
	 */
	private static final Set<String> EXPLAINED_BY_BOOT = Set.of("InvalidConfigurationPropertyValueException",
			"PortInUseException");

	/**
	 * Who makes other exceptions, and why no analyzer is needed.
	 */
	private static final Set<String> KNOWN = Set.of( //
			// While requests are served.
			"GuardSourceConduit: IOException", "GuardSinkConduit: ClosedChannelException",
			"GuardWorker: RejectedExecutionException", "Http1Framing: IllegalStateException",
			"ReactiveClientFaultHandler: ResponseStatusException", "PolicySslEngine: SSLException",
			"PolicySslEngine: SSLHandshakeException", "LinuxFileDescriptorCounter: IOException",
			"DirectorySizeCounter: IOException", "FileDescriptors: UncheckedIOException", "TlsOffer: IOException",
			"ClientWait: InterruptedIOException",
			// Caught, and told as a CertificateStoreException or a
			// MissingCertificateException.
			"FileCertificateStore: FileSystemException", "FileCertificateStore: IOException",
			"PrivateFiles: FileSystemException", "Pem: IOException", "StorageLock: InterruptedException",
			"MaintainedCertificate: InterruptedException",
			// Told to whoever uses it wrongly in a program.
			"FileCertificateStore: IllegalArgumentException", "FileCertificateStore: IllegalStateException",
			"StoredCertificate: IllegalArgumentException", "ChallengeListener: IllegalArgumentException",
			// Who ends the application while it starts.
			"FirstCertificates: IllegalStateException", "PolicySslContext: KeyManagementException",
			"PolicySslContext: UnsupportedOperationException",
			// Caught where a value is read: UnreadablePropertyFailureAnalyzer.
			"Percentage: IllegalArgumentException", "ConnectionCap: IllegalArgumentException",
			"HandshakeThreadCount: IllegalArgumentException",
			// Only with a Java, or a jar, that is broken.
			"SelfSignedCertificate: IllegalStateException", "JdkNamedGroups: IllegalStateException",
			"ConscryptTlsEngine: IllegalStateException", "KnownProperties: IllegalStateException",
			"KnownVulnerability: IllegalStateException", "Http2Goodbye: ExceptionInInitializerError",
			"AcmeBundles: IllegalStateException", "CertificateIssuance: IllegalStateException",
			"KnownRoots: IllegalStateException", "OcspInquiry: IllegalStateException", "Sha256: IllegalStateException",
			"UndertowOcspResponder: IllegalStateException", "DashboardFile: UncheckedIOException");

	private final JavaClasses production = Production.classes();

	@Test
	void eachOfOurExceptionsHasAnAnalyzer() {
		Set<String> explained = analyzers().stream()
			.map((analyzer) -> ResolvableType.forClass(AbstractFailureAnalyzer.class, analyzer).resolveGeneric(0))
			.map((exception) -> (exception != null) ? exception.getSimpleName() : "")
			.collect(Collectors.toSet());
		assertThat(this.production.stream().filter(StartFailureTests::isException).map(JavaClass::getSimpleName))
			.isNotEmpty()
			.filteredOn((exception) -> !WHILE_SERVING.contains(exception))
			.allSatisfy((exception) -> assertThat(explained).contains(exception));
	}

	@Test
	void whoMakesOtherExceptionsIsKnown() {
		Set<String> made = new TreeSet<>();
		for (JavaClass type : this.production) {
			for (JavaConstructorCall call : type.getConstructorCallsFromSelf()) {
				JavaClass exception = call.getTargetOwner();
				if (isException(exception) && !exception.getPackageName().startsWith(Production.BASE)
						&& !EXPLAINED_BY_BOOT.contains(exception.getSimpleName()) && !isException(type)
						// What the compiler makes of a switch over all of an enum.
						&& !exception.getSimpleName().equals("MatchException")
						&& !exception.getSimpleName().equals("IncompatibleClassChangeError")) {
					made.add(Production.outermost(type).getSimpleName() + ": " + exception.getSimpleName());
				}
			}
		}
		assertThat(made).containsExactlyInAnyOrderElementsOf(KNOWN);
	}

	@Test
	void everyAnalyzerIsRegistered() {
		assertThat(this.production.stream()
			.filter((type) -> type.isAssignableTo(FailureAnalyzer.class))
			.map(JavaClass::getName))
			.containsExactlyInAnyOrderElementsOf(analyzers().stream().map(Class::getName).toList());
	}

	@Test
	void everyAnalyzerHasATestOfItsText() {
		JavaClasses all = new ClassFileImporter().importPackages(Production.BASE);
		assertThat(analyzers()).allSatisfy((analyzer) -> {
			Stream<JavaClass> tests = all.get(analyzer)
				.getConstructorCallsToSelf()
				.stream()
				.map(JavaConstructorCall::getOriginOwner)
				.filter((origin) -> origin.getSimpleName().endsWith("Tests"));
			Set<String> asked = tests.flatMap((test) -> test.getMethodCallsFromSelf().stream())
				.map((call) -> call.getTarget().getName())
				.collect(Collectors.toSet());
			assertThat(asked).as("what the tests of %s look at", analyzer.getSimpleName())
				.contains("getDescription", "getAction");
		});
	}

	private static boolean isException(JavaClass type) {
		return type.isAssignableTo(Throwable.class);
	}

	private static Set<Class<?>> analyzers() {
		try {
			// Boot's jars have files of this name, too.
			Properties factories = new Properties();
			try (InputStream in = Files.newInputStream(Path.of("src/main/resources/META-INF/spring.factories"))) {
				factories.load(in);
			}
			List<String> names = Arrays.asList(StringUtils
				.commaDelimitedListToStringArray(factories.getProperty(FailureAnalyzer.class.getName())));
			return names.stream()
				.filter((name) -> name.startsWith(Production.BASE))
				.map((name) -> (Class<?>) ClassUtils.resolveClassName(name, null))
				.collect(Collectors.toCollection(LinkedHashSet::new));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
