package io.github.hardenedhttp.tls;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.ClassUtils;

/**
 * Sets the system property {@code jdk.tls.namedGroups} where the JDK has nothing better
 * (before Java 20), as soon as the configuration is known: no class of JSSE is
 * initialized by then unless something else in the process has spoken TLS. It holds for
 * the whole process, its outgoing connections too.
 * <p>
 * A value the user gave with {@code -Djdk.tls.namedGroups} is left alone; if it
 * contradicts the policy the start fails later, with the reason.
 */
final class JvmNamedGroupsInitializer implements EnvironmentPostProcessor, Ordered {

	private static volatile @Nullable String valueWeSet;

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (JdkNamedGroups.PER_ENGINE || !environment.getProperty("hardened.enabled", Boolean.class, true)) {
			return;
		}
		TlsProperties properties = bind(environment);
		String present = System.getProperty(JdkNamedGroups.PROPERTY);
		if (properties != null && properties.enabled() && (present == null || present.equals(valueWeSet))) {
			boolean conscrypt = properties.engine() != TlsEngineChoice.JDK
					&& ClassUtils.isPresent("org.conscrypt.Conscrypt", application.getClassLoader());
			// JSSE ignores what it does not know, unless there is nothing else.
			List<NamedGroup> groups = conscrypt ? properties.wantedGroups()
					: JdkNamedGroups.supportedOf(properties.wantedGroups());
			String value = JdkNamedGroups.propertyValue(groups);
			System.setProperty(JdkNamedGroups.PROPERTY, value);
			valueWeSet = value;
		}
	}

	private static @Nullable TlsProperties bind(ConfigurableEnvironment environment) {
		try {
			return Binder.get(environment).bindOrCreate("hardened.tls", TlsProperties.class);
		}
		catch (BindException ex) {
			// The same happens again when the bean is bound, where Boot explains it.
			return null;
		}
	}

	@Override
	public int getOrder() {
		// After the configuration files were read.
		return Ordered.LOWEST_PRECEDENCE;
	}

}
