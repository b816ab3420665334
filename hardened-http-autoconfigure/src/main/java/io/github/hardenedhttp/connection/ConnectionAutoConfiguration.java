package io.github.hardenedhttp.connection;

import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.filedescriptor.FileDescriptorAutoConfiguration;
import io.github.hardenedhttp.filedescriptor.FileDescriptorPressure;
import io.github.hardenedhttp.undertow.ConnectionDescriptors;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.HandlerOrder;
import io.github.hardenedhttp.undertow.HardenedProperties;
import io.github.hardenedhttp.undertow.ListeningSocketCustomizer;
import io.github.hardenedhttp.undertow.RequestHandler;
import io.github.hardenedhttp.undertow.ServerRole;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;
import io.undertow.Undertow;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.undertow.ConfigurableUndertowWebServerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Counts connections, holds them to their limits, and makes their ends known.
 */
@AutoConfiguration(after = { UndertowAutoConfiguration.class, FileDescriptorAutoConfiguration.class })
@ConditionalOnWebApplication
@ConditionalOnClass({ Undertow.class, ConfigurableUndertowWebServerFactory.class })
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ConnectionProperties.class)
public final class ConnectionAutoConfiguration {

	@Bean
	ListeningSocketCustomizer tcpKeepAliveCustomizer(ConnectionProperties properties) {
		return properties.tcpKeepAlive().toCustomizer();
	}

	@Bean
	ListeningSocketCustomizer sendBufferCustomizer(ConnectionProperties properties) {
		return properties.toSendBuffer();
	}

	@Bean
	@ConditionalOnMissingBean
	ServerBooks serverBooks() {
		return new ServerBooks();
	}

	@Bean
	ConnectionLedger connectionLedger() {
		return new ConnectionLedger();
	}

	@Bean
	ConnectionLimits connectionLimits(ConnectionLedger ledger, HardenedProperties hardened,
			ConnectionProperties properties, ObjectProvider<FileDescriptorPressure> descriptors,
			ObjectProvider<ConnectionDescriptors> each, ApplicationContext context, ServerBooks books,
			ObjectProvider<Guard> guard) {
		ServerRole role = ServerRole.of(context);
		ConnectionCap cap = (role == ServerRole.MANAGEMENT) ? ConnectionCap.MANAGEMENT : properties.toCap();
		ConnectionLimits limits = new ConnectionLimits(ledger, hardened.mode(), cap, properties.toMaxPerClient(),
				descriptors.getIfAvailable(), each.getIfAvailable(() -> ConnectionDescriptors.SOCKET));
		books.add(new ServerBook(role, guard::getObject, ledger, limits));
		return limits;
	}

	@Bean
	HardeningChecks connectionHardeningChecks(ConnectionProperties properties, ConnectionLimits limits,
			ObjectProvider<FileDescriptorPressure> descriptors, ObjectProvider<ConnectionDescriptors> each) {
		FileDescriptorPressure pressure = descriptors.getIfAvailable();
		return new ConnectionChecks(properties, limits.max(), limits.origin(), (pressure != null) ? pressure.max() : 0,
				each.getIfAvailable(() -> ConnectionDescriptors.SOCKET));
	}

	@Bean
	KeepAlive keepAlive(HardenedProperties hardened, ConnectionProperties properties,
			ObjectProvider<FileDescriptorPressure> descriptors) {
		return properties.toKeepAlive(hardened.mode(), descriptors.getIfAvailable());
	}

	@Bean
	RequestHandler keepAliveRequestHandler(Guard guard, KeepAlive keepAlive) {
		return new RequestHandler(HandlerOrder.KEEP_ALIVE, (next) -> new KeepAliveHandler(guard, keepAlive, next));
	}

	// One for all servers: no more than one line a minute.
	@Bean
	@ConditionalOnMissingBean
	ForcedCloses forcedCloses(ApplicationEventPublisher publisher) {
		return new ForcedCloses(publisher, System::nanoTime);
	}

}
