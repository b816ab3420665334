package io.github.hardenedhttp.report;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;

import io.github.hardenedhttp.checks.ChecksAutoConfiguration;
import io.github.hardenedhttp.checks.ChecksProperties;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.checks.UndertowVersions;
import io.github.hardenedhttp.tls.ServerTls;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HardenedProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Makes the hardening report, writes it to the log, and stops the start for it where that
 * is wanted.
 */
@AutoConfiguration(after = ChecksAutoConfiguration.class)
@ConditionalOnBean(Guard.class)
public final class ReportAutoConfiguration {

	@Bean
	HardeningReports hardeningReports(ObjectProvider<HardeningChecks> rooms, Environment environment,
			UndertowVersions versions, ObjectProvider<SelfTests> selfTests) {
		return new HardeningReports(rooms.orderedStream().toList(), new PropertyOrigins(environment), versions,
				() -> latest(selfTests));
	}

	private static @Nullable SelfTestResult latest(ObjectProvider<SelfTests> selfTests) {
		SelfTests tests = selfTests.getIfAvailable();
		return (tests != null) ? tests.latest() : null;
	}

	@Bean
	ReportGate reportGate(ChecksProperties properties, HardenedProperties hardened,
			ObjectProvider<HardeningReports> reports) {
		return new ReportGate(properties.failOn(), hardened.mode(), reports::getObject);
	}

	@Bean
	ReportLog reportLog(HardeningReports reports, ObjectProvider<SelfTests> selfTests, ApplicationContext context) {
		return new ReportLog(reports::make, selfTests.getIfAvailable(), context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	static class Servlet {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		ServletContextInitializer reportGateFirst(ReportGate gate) {
			return (servletContext) -> gate.beforeServer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		@Bean
		WebServerFactoryCustomizer<ConfigurableUndertowWebServerFactory> reportGateFirst(ReportGate gate) {
			return (factory) -> gate.beforeServer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(name = "hardened.checks.self-test", matchIfMissing = true)
	static class Live {

		@Bean
		SelfTests selfTests(Guard guard, ServerProperties server, Environment environment,
				ObjectProvider<ServerTls> tls, ObjectProvider<HardeningReports> reports) {
			boolean speaksTls = tls.getIfAvailable() != null;
			return new SelfTests(() -> {
				InetSocketAddress application = address(server, environment, "local.server.port");
				SelfTest test = new SelfTest((address) -> guard.ownConnections().connect(address, SelfTest.PATIENCE),
						Clock.systemUTC());
				return (application != null) ? test.run(application, speaksTls, serverNames(tls),
						address(server, environment, "local.redirect.port"), host(environment)) : null;
			}, () -> ReportLog.selfTested(reports.getObject().make()), System::nanoTime);
		}

		private static List<String> serverNames(ObjectProvider<ServerTls> tls) {
			return tls.stream()
				.flatMap((server) -> server.served().stream())
				.flatMap((served) -> served.serverNames().stream())
				// Undertow takes that for a regular expression: no client sends it.
				.filter((name) -> !name.contains("*"))
				.distinct()
				.sorted()
				.toList();
		}

		private static @Nullable String host(Environment environment) {
			return Binder.get(environment)
				.bind("hardened.redirect.allowed-hosts", Bindable.listOf(String.class))
				.orElse(List.of())
				.stream()
				.findFirst()
				.map(SelfTest::exact)
				.orElse(null);
		}

		private static @Nullable InetSocketAddress address(ServerProperties server, Environment environment,
				String port) {
			InetAddress address = server.getAddress();
			Integer number = environment.getProperty(port, Integer.class);
			if (number == null) {
				return null;
			}
			return new InetSocketAddress(
					(address == null || address.isAnyLocalAddress()) ? InetAddress.getLoopbackAddress() : address,
					number);
		}

		@Bean
		HardeningChecks selfTestHardeningChecks(ObjectProvider<SelfTests> tests, Environment environment) {
			return new SelfTestChecks(() -> tests.getObject().latest(),
					environment.getProperty("hardened.hsts.enabled", Boolean.class, true));
		}

	}

}
