package io.github.hardenedhttp.certificate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.github.hardenedhttp.tls.ServedCertificate;
import io.github.hardenedhttp.tls.ServerTls;

import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * What all servers of the application serve, that of the management port included. A
 * server is known from the moment it has started. Thread-safe.
 */
final class ServedCertificates implements ApplicationListener<WebServerInitializedEvent> {

	private final List<ServerTls> servers = new CopyOnWriteArrayList<>();

	private final List<Consumer<ServerTls>> listeners = new CopyOnWriteArrayList<>();

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		ServerTls server = event.getApplicationContext().getBeanProvider(ServerTls.class).getIfUnique();
		if (server != null && !this.servers.contains(server)) {
			this.servers.add(server);
			this.listeners.forEach((listener) -> listener.accept(server));
		}
	}

	/**
	 * Calls back for each server, those that run included.
	 * @param listener whom to call
	 */
	void whenStarted(Consumer<ServerTls> listener) {
		this.listeners.add(listener);
		this.servers.forEach(listener);
	}

	List<ServedCertificate> all() {
		return this.servers.stream().flatMap((server) -> server.served().stream()).distinct().toList();
	}

}
