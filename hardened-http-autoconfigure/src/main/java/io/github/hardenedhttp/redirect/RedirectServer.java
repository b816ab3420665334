package io.github.hardenedhttp.redirect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hardenedhttp.undertow.Guard;
import io.undertow.server.HttpHandler;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Listens while the application's own server does: it starts after that one, since it
 * must know its port, and stops before it, before a graceful shutdown begins. Where there
 * is no port to listen on, or the context has no running server, it does nothing.
 */
final class RedirectServer implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RedirectServer.class);

	private final RedirectPolicy policy;

	private final @Nullable AllowedHosts allowedHosts;

	private final @Nullable ChallengeResponses challenges;

	private final Guard guard;

	private final @Nullable InetAddress address;

	private final ApplicationContext context;

	private final Duration deadline;

	private volatile @Nullable RedirectListener listener;

	RedirectServer(RedirectPolicy policy, @Nullable AllowedHosts allowedHosts, @Nullable ChallengeResponses challenges,
			Guard guard, @Nullable InetAddress address, ApplicationContext context, Duration deadline) {
		this.policy = policy;
		this.allowedHosts = allowedHosts;
		this.challenges = challenges;
		this.guard = guard;
		this.address = address;
		this.context = context;
		this.deadline = deadline;
	}

	@Override
	public void start() {
		Integer port = this.policy.port();
		int httpsPort = httpsPort();
		if (port != null && httpsPort > 0 && this.listener == null) {
			RedirectListener listener = listen(port, httpsPort);
			this.listener = listener;
			publishPort(listener.port());
			logger.info("Redirecting http on port %d to https on port %d".formatted(listener.port(), httpsPort));
			if (this.allowedHosts == null) {
				logger.warn(
						"Every request on port %d is answered with 400, because no host is known to be ours: set 'hardened.redirect.allowed-hosts'"
							.formatted(listener.port()));
			}
		}
	}

	private int httpsPort() {
		WebServer server = (this.context instanceof WebServerApplicationContext webContext) ? webContext.getWebServer()
				: null;
		return (server != null) ? server.getPort() : -1;
	}

	private RedirectListener listen(int port, int httpsPort) {
		AllowedHosts hosts = (this.allowedHosts != null) ? this.allowedHosts : HostNames.of(List.of());
		InetSocketAddress address = (this.address != null) ? new InetSocketAddress(this.address, port)
				: new InetSocketAddress(port);
		HttpHandler handler = new RedirectHandler(hosts, this.policy.status(), httpsPort);
		if (this.challenges != null) {
			handler = new ChallengeHandler(this.challenges, handler);
		}
		return listen(this.guard, address, handler, this.deadline);
	}

	static RedirectListener listen(Guard guard, InetSocketAddress address, HttpHandler handler, Duration deadline) {
		try {
			return RedirectListener.start(guard, address, handler, deadline);
		}
		catch (IOException ex) {
			PortInUseException.throwIfPortBindingException(ex, address::getPort);
			throw new RedirectListenerException(address.getPort(), ex);
		}
	}

	/**
	 * Where Boot publishes {@code local.server.port}, see
	 * {@code ServerPortInfoApplicationContextInitializer}.
	 */
	private void publishPort(int port) {
		for (ApplicationContext context = this.context; context != null; context = context.getParent()) {
			if (context instanceof ConfigurableApplicationContext configurable) {
				serverPorts(configurable.getEnvironment()).put("local.redirect.port", port);
			}
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> serverPorts(ConfigurableEnvironment environment) {
		PropertySource<?> ports = environment.getPropertySources().get("server.ports");
		if (ports == null) {
			ports = new MapPropertySource("server.ports", new HashMap<>());
			environment.getPropertySources().addFirst(ports);
		}
		return (Map<String, Object>) ports.getSource();
	}

	@Override
	public void stop() {
		RedirectListener listener = this.listener;
		this.listener = null;
		if (listener != null) {
			listener.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.listener != null;
	}

	@Override
	public int getPhase() {
		return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 1;
	}

}
