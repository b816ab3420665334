package io.github.hardenedhttp.timeout;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

import io.github.hardenedhttp.undertow.Client;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SlowClientsTests {

	private final SlowClients clients = new SlowClients();

	@Test
	void whoeverWasCutIsRememberedForAMinute() throws UnknownHostException {
		assertThat(this.clients.isEmpty()).isTrue();
		this.clients.remember(client("192.0.2.1"), 0);
		assertThat(this.clients.isEmpty()).isFalse();
		assertThat(this.clients.contains(client("192.0.2.1"), seconds(59))).isTrue();
		assertThat(this.clients.contains(client("192.0.2.2"), seconds(59))).isFalse();
		assertThat(this.clients.contains(client("192.0.2.1"), seconds(60))).isFalse();
		assertThat(this.clients.isEmpty()).isTrue();
	}

	@Test
	void whoeverIsCutAgainIsRememberedForAnotherMinute() throws UnknownHostException {
		this.clients.remember(client("192.0.2.1"), 0);
		this.clients.remember(client("192.0.2.2"), seconds(1));
		this.clients.remember(client("192.0.2.1"), seconds(30));
		assertThat(this.clients.contains(client("192.0.2.2"), seconds(61))).isFalse();
		assertThat(this.clients.contains(client("192.0.2.1"), seconds(89))).isTrue();
		assertThat(this.clients.contains(client("192.0.2.1"), seconds(90))).isFalse();
	}

	@Test
	void theClockMayRunOver() throws UnknownHostException {
		this.clients.remember(client("192.0.2.1"), Long.MAX_VALUE);
		assertThat(this.clients.contains(client("192.0.2.1"), Long.MAX_VALUE + seconds(59))).isTrue();
		assertThat(this.clients.contains(client("192.0.2.1"), Long.MAX_VALUE + seconds(60))).isFalse();
	}

	@Test
	void aCrowdIsForgivenAfterAHundredRequestsThatEndWell() throws UnknownHostException {
		this.clients.remember(client("192.0.2.1"), 0);
		serve(99);
		assertThat(this.clients.contains(client("192.0.2.1"), 0)).isTrue();
		this.clients.remember(client("192.0.2.1"), 0);
		serve(99);
		assertThat(this.clients.contains(client("192.0.2.1"), 0)).isTrue();
		serve(1);
		assertThat(this.clients.contains(client("192.0.2.1"), 0)).isFalse();
		assertThat(this.clients.isEmpty()).isTrue();
		serve(1);
	}

	@Test
	void aNetworkOfIpv6IsOneClient() throws UnknownHostException {
		this.clients.remember(client("2001:db8::1"), 0);
		assertThat(this.clients.contains(client("2001:db8::2:3"), 0)).isTrue();
		assertThat(this.clients.contains(client("2001:db8:0:1::1"), 0)).isFalse();
	}

	@Test
	void whenThereAreTooManyTheOldestIsForgotten() {
		for (int number = 0; number < SlowClients.MOST; number++) {
			this.clients.remember(new Client(false, number), number);
		}
		this.clients.remember(new Client(false, 0), SlowClients.MOST);
		assertThat(this.clients.contains(new Client(false, 1), SlowClients.MOST)).isTrue();
		this.clients.remember(new Client(false, SlowClients.MOST), SlowClients.MOST);
		assertThat(this.clients.contains(new Client(false, 1), SlowClients.MOST)).isFalse();
		assertThat(this.clients.contains(new Client(false, 0), SlowClients.MOST)).isTrue();
		assertThat(this.clients.contains(new Client(false, 2), SlowClients.MOST)).isTrue();
	}

	private void serve(int requests) throws UnknownHostException {
		for (int request = 0; request < requests; request++) {
			this.clients.served(client("192.0.2.1"));
		}
	}

	private static Client client(String address) throws UnknownHostException {
		return Client.of(InetAddress.getByName(address));
	}

	private static long seconds(long seconds) {
		return Duration.ofSeconds(seconds).toNanos();
	}

}
