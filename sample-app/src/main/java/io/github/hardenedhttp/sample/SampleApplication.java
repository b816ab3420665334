package io.github.hardenedhttp.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/**
 * The application.
 */
@SpringBootApplication
@EnableWebSocket
public class SampleApplication implements WebSocketConfigurer {

	/**
	 * Starts the application.
	 * @param args properties, for example {@code --hardened.tls.profile=modern}
	 */
	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(new EchoSocket(), "/socket");
	}

	/**
	 * Sends the events of {@code /events}, each on a thread of its own, so that a client
	 * who does not read holds up nobody else.
	 * @return the scheduler
	 */
	@Bean
	TaskScheduler eventScheduler() {
		SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
		scheduler.setThreadNamePrefix("events-");
		return scheduler;
	}

}
