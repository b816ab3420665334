package io.github.hardenedhttp;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The floor plan of the root package, as rules.
 */
@AnalyzeClasses(packagesOf = KnownProperties.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String BASE = "io.github.hardenedhttp";

	private static final String ROOM = BASE + ".(*)..";

	/**
	 * The second server is a {@code WebServer} of Boot's, so that it is started, stopped
	 * and reported as the first.
	 */
	private static final Set<String> ADAPTERS_BY_NAME = Set.of("RedirectServer");

	private static final Set<String> LOOKING_THINGS_UP = Set.of("KnownProperties", "CertificateAutoConfiguration",
			"UndertowPart", "JdkNamedGroups", "JvmNamedGroupsInitializer", "Http2Goodbye", "ListeningSocket");

	private static final Set<String> LOOKUPS = Set.of("Class.forName", "Class.getField", "Class.getFields",
			"Class.getMethod", "Class.getMethods", "Class.getConstructor", "Class.getDeclaredField",
			"Class.getDeclaredFields", "Class.getDeclaredMethod", "Class.getDeclaredMethods",
			"Class.getDeclaredConstructor", "Class.getDeclaredConstructors", "Class.getResource",
			"Class.getResourceAsStream", "ClassLoader.loadClass", "ClassLoader.getResource", "ClassLoader.getResources",
			"ClassLoader.getResourceAsStream", "ClassUtils.forName", "ClassUtils.isPresent",
			"ClassUtils.resolveClassName", "ReflectionUtils.findField", "ReflectionUtils.findMethod",
			"Lookup.findVirtual", "Lookup.findStatic", "Lookup.findGetter", "Lookup.findVarHandle",
			"Lookup.findConstructor", "Proxy.newProxyInstance", "ServiceLoader.load");

	@ArchTest
	static final ArchRule roomsHaveNoCycles = slices().matching(ROOM)
		.should()
		.beFreeOfCycles()
		.because("a room must be understood without the rooms that use it");

	@ArchTest
	static final ArchRule undertowKnowsNoFeature = noClasses().that()
		.resideInAPackage(room("undertow"))
		.should()
		.dependOnClassesThat(are(ours().and(describe("outside undertow", (type) -> !inRoom(type, "undertow")))))
		.because("policies live in the other rooms; the plumbing knows none of them");

	@ArchTest
	static final ArchRule tlsUsesUndertowAndChecks = uses("tls", "undertow", "checks");

	@ArchTest
	static final ArchRule certificateUsesTlsAndRedirect = uses("certificate", "undertow", "checks", "tls", "redirect");

	@ArchTest
	static final ArchRule redirectUsesUndertowAndChecks = uses("redirect", "undertow", "checks");

	@ArchTest
	static final ArchRule hstsUsesUndertowAndChecks = uses("hsts", "undertow", "checks");

	@ArchTest
	static final ArchRule filedescriptorUsesUndertowAndChecks = uses("filedescriptor", "undertow", "checks");

	@ArchTest
	static final ArchRule timeoutUsesFiledescriptor = uses("timeout", "undertow", "checks", "filedescriptor");

	@ArchTest
	static final ArchRule connectionUsesFiledescriptor = uses("connection", "undertow", "checks", "filedescriptor");

	@ArchTest
	static final ArchRule protocolUsesHttp2AndRedirect = uses("protocol", "undertow", "checks", "http2", "redirect");

	@ArchTest
	static final ArchRule http2UsesUndertowAndChecks = uses("http2", "undertow", "checks");

	@ArchTest
	static final ArchRule exposureUsesUndertowAndChecks = uses("exposure", "undertow", "checks");

	@ArchTest
	static final ArchRule checksUsesOnlyUndertow = uses("checks", "undertow");

	@ArchTest
	static final ArchRule managementUsesTheRoomsOfAServer = uses("management", "undertow", "checks", "tls",
			"certificate", "timeout", "connection", "protocol", "http2");

	@ArchTest
	static final ArchRule everyRoomIsKnownHere = classes().should()
		.resideInAnyPackage(BASE, room("undertow"), room("tls"), room("certificate"), room("redirect"), room("hsts"),
				room("filedescriptor"), room("timeout"), room("connection"), room("protocol"), room("http2"),
				room("exposure"), room("checks"), room("management"), room("report"))
		.because("a new room needs its line in the root package-info, and its arrows here");

	@ArchTest
	static final ArchRule theRootUsesNoRoom = noClasses().that()
		.resideInAPackage(BASE)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(BASE + ".*..")
		.because("the root is for what belongs to no room");

	@ArchTest
	static final ArchRule bootsServerPackagesStayInTheAdapters = noClasses().that(are(notAdapters()))
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot.web.embedded.undertow..", "org.springframework.boot.web.server..")
		.because("Spring Boot 4 renamed those packages: the move must be a change of the adapters alone");

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.andShould()
		.haveSimpleNameEndingWith("AutoConfiguration")
		.because("users exclude them by class, and nobody extends them");

	@ArchTest
	static final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should(bePackagePrivate())
		.because("only Spring calls them");

	@ArchTest
	static final ArchRule whoLooksThingsUpIsKnown = noClasses().that(are(notLookingThingsUp()))
		.should()
		.callMethodWhere(describe("it looks up a class, a member or a resource by its name",
				(call) -> LOOKUPS.contains(call.getTargetOwner().getSimpleName() + "." + call.getTarget().getName())))
		.because("native images keep only what hints name: RuntimeHintsTests has a test for each");

	@ArchTest
	static final ArchRule everyPackageIsNullMarked = classes().should(resideInANullMarkedPackage())
		.because("where @NullMarked is missing NullAway does not look");

	private static ArchRule uses(String room, String... others) {
		return noClasses().that()
			.resideInAPackage(room(room))
			.should()
			.dependOnClassesThat(are(ours().and(describe("in no room it may use", (type) -> {
				boolean allowed = inRoom(type, room);
				for (String other : others) {
					allowed |= inRoom(type, other);
				}
				return !allowed;
			}))))
			.allowEmptyShould(true)
			.as("'%s' uses nothing but %s".formatted(room, String.join(", ", others)))
			.because("the floor plan in the root package-info has no other arrow");
	}

	private static DescribedPredicate<JavaClass> ours() {
		return describe("of this project", (type) -> type.getPackageName().startsWith(BASE));
	}

	private static String room(String name) {
		return BASE + "." + name + "..";
	}

	private static boolean inRoom(JavaClass type, String room) {
		String name = BASE + "." + room;
		return type.getPackageName().equals(name) || type.getPackageName().startsWith(name + ".");
	}

	private static DescribedPredicate<JavaClass> notLookingThingsUp() {
		return describe("not known to look things up by name",
				(type) -> !LOOKING_THINGS_UP.contains(outermost(type).getSimpleName()));
	}

	private static JavaClass outermost(JavaClass type) {
		JavaClass outermost = type;
		while (outermost.getEnclosingClass().isPresent()) {
			outermost = outermost.getEnclosingClass().get();
		}
		return outermost;
	}

	private static DescribedPredicate<JavaClass> notAdapters() {
		return describe("not adapters to Boot's web server", (type) -> {
			String name = outermost(type).getSimpleName();
			return !ADAPTERS_BY_NAME.contains(name) && !name.startsWith("Undertow") && !name.endsWith("Customizer")
					&& !name.endsWith("AutoConfiguration");
		});
	}

	private static ArchCondition<JavaMethod> bePackagePrivate() {
		return new ArchCondition<>("be package-private") {

			@Override
			public void check(JavaMethod method, ConditionEvents events) {
				boolean packagePrivate = !method.getModifiers().contains(JavaModifier.PUBLIC)
						&& !method.getModifiers().contains(JavaModifier.PROTECTED)
						&& !method.getModifiers().contains(JavaModifier.PRIVATE);
				events.add(new SimpleConditionEvent(method, packagePrivate, method.getFullName()));
			}

		};
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, type.getPackage().isAnnotatedWith(NullMarked.class),
						type.getPackageName()));
			}

		};
	}

}
