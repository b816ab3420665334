package io.github.hardenedhttp.exposure;

import java.util.List;

import io.github.hardenedhttp.undertow.GuardMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Stops the start when actuator endpoints other than health would answer on the public
 * port. Which do is certain when all beans are made, which is before a port is opened.
 * But Boot cannot close an Undertow server that was made and never started without a
 * stack trace ({@code UndertowWebServer#destroy}), so there is a look before, too.
 */
final class ManagementExposureCheck implements SmartInitializingSingleton {

	static final String INCLUDE = "management.endpoints.web.exposure.include";

	private static final Log logger = LogFactory.getLog(ManagementExposureCheck.class);

	private final ManagementExposure exposure;

	private final PublicEndpoints endpoints;

	private final GuardMode mode;

	private final Environment environment;

	ManagementExposureCheck(ManagementExposure exposure, PublicEndpoints endpoints, GuardMode mode,
			Environment environment) {
		this.exposure = exposure;
		this.endpoints = endpoints;
		this.mode = mode;
		this.environment = environment;
	}

	/**
	 * Looks before there is a server. Endpoints are made for that, so it is only done
	 * where more than health is asked for.
	 */
	void beforeServer() {
		if (this.mode == GuardMode.ENFORCE && include().stream().anyMatch((id) -> !id.equals(PublicEndpoints.HEALTH))) {
			check();
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		check();
	}

	private void check() {
		List<String> exposed = (this.exposure == ManagementExposure.SEPARATE) ? this.endpoints.sensitive() : List.of();
		if (exposed.isEmpty()) {
			return;
		}
		ExposedEndpointsException failure = new ExposedEndpointsException(exposed,
				StringUtils.hasText(this.environment.getProperty("management.server.port")),
				String.join(",", include()), includeOrigin());
		if (this.mode == GuardMode.ENFORCE) {
			throw failure;
		}
		logger.warn("The start would have failed. " + ExposedEndpointsFailureAnalyzer.describe(failure));
	}

	private List<String> include() {
		return Binder.get(this.environment).bind(INCLUDE, Bindable.listOf(String.class)).orElse(List.of());
	}

	private @Nullable Origin includeOrigin() {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(INCLUDE);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			// A list in YAML has its values below it.
			for (ConfigurationPropertyName each : List.of(name, name.append("[0]"))) {
				ConfigurationProperty found = source.getConfigurationProperty(each);
				if (found != null) {
					return found.getOrigin();
				}
			}
		}
		return null;
	}

}
