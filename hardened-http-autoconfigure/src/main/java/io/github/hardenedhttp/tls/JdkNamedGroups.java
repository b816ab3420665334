package io.github.hardenedhttp.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * How the JDK is told which key-exchange groups to use.
 * <p>
 * From Java 20 on each engine has its own list ({@code SSLParameters#setNamedGroups}).
 * Before, there is only the system property {@code jdk.tls.namedGroups}, which JSSE reads
 * once, at the first handshake of the process
 * ({@code sun.security.ssl.SupportedGroupsExtension}): {@link JvmNamedGroupsInitializer}
 * sets it before anything can shake hands, and {@link #verify} looks at what a handshake
 * of this process really offers.
 */
final class JdkNamedGroups {

	static final String PROPERTY = "jdk.tls.namedGroups";

	private static final String TLS_1_2 = "TLSv1.2";

	private static final @Nullable MethodHandle SETTER = setter();

	/**
	 * Whether each engine has its own list of groups.
	 */
	static final boolean PER_ENGINE = SETTER != null;

	private JdkNamedGroups() {
	}

	private static @Nullable MethodHandle setter() {
		try {
			return MethodHandles.publicLookup()
				.findVirtual(SSLParameters.class, "setNamedGroups", MethodType.methodType(void.class, String[].class));
		}
		catch (NoSuchMethodException | IllegalAccessException ex) {
			return null;
		}
	}

	static void set(SSLParameters parameters, List<NamedGroup> groups) {
		MethodHandle setter = SETTER;
		if (setter == null) {
			throw new IllegalStateException("this Java has no SSLParameters#setNamedGroups");
		}
		try {
			setter.invokeExact(parameters, groups.stream().map(NamedGroup::jdkName).toArray(String[]::new));
		}
		catch (Throwable ex) {
			throw new IllegalStateException("SSLParameters#setNamedGroups failed", ex);
		}
	}

	/**
	 * Leaves out what the JDK does not know.
	 * @param wanted the groups that are asked for
	 * @return those it supports, in the same order
	 */
	static List<NamedGroup> supportedOf(List<NamedGroup> wanted) {
		if (!PER_ENGINE) {
			return wanted.stream().filter((group) -> group != NamedGroup.X25519MLKEM768).toList();
		}
		return wanted.stream().filter((group) -> offered(List.of(group)).contains(group.id())).toList();
	}

	/**
	 * Makes sure that the policy's groups, and no others, are used by this process.
	 * @param policy the policy to be kept
	 * @throws NamedGroupsNotEffectiveException if other groups are in effect
	 */
	static void verify(TlsPolicy policy) {
		List<Integer> expected = policy.namedGroups().stream().map(NamedGroup::id).toList();
		List<Integer> actual = offered(policy.namedGroups());
		if (!actual.equals(expected)) {
			throw new NamedGroupsNotEffectiveException(propertyValue(policy.namedGroups()),
					System.getProperty(PROPERTY));
		}
	}

	static String propertyValue(List<NamedGroup> groups) {
		return groups.stream().map(NamedGroup::jdkName).collect(Collectors.joining(","));
	}

	private static List<Integer> offered(List<NamedGroup> groups) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			// With null it would read all authorities that this machine trusts.
			context.init(null, new TrustManager[0], null);
			SSLEngine client = context.createSSLEngine();
			client.setUseClientMode(true);
			if (!PER_ENGINE && List.of(client.getEnabledProtocols()).contains(TLS_1_2)) {
				// The same groups, but no key pair is generated for one of them.
				client.setEnabledProtocols(new String[] { TLS_1_2 });
			}
			if (PER_ENGINE) {
				SSLParameters parameters = client.getSSLParameters();
				set(parameters, groups);
				client.setSSLParameters(parameters);
			}
			return ClientHello.of(client).supportedGroups();
		}
		catch (SSLException | IllegalArgumentException ex) {
			// JSSE refuses a list of which it knows nothing.
			return List.of();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("this Java has no TLS", ex);
		}
	}

}
