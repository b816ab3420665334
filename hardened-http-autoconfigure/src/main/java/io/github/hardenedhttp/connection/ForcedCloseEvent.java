package io.github.hardenedhttp.connection;

import java.net.InetSocketAddress;
import java.time.Duration;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionProtocol;
import io.github.hardenedhttp.undertow.ConnectionState;

/**
 * An application event: the server has ended a connection, and the client is to blame
 * ({@link CloseReason#isForced()}). Made for block lists.
 * <p>
 * Events are published on one thread of their own, a moment after the close. An attack
 * can close more connections than listeners can take: what they are more than 1,000
 * behind with is dropped. The meter {@code hardened.connections.closed} has them all.
 *
 * @param client the other end of the connection, without respect to any header
 * @param reason why it was ended
 * @param listener which listener had accepted it, as meters name it
 * @param protocol what was spoken, as far as requests had shown
 * @param state the state it was ended in
 * @param age how long it was open
 * @param bytesRead bytes received, as they are on the wire
 * @param bytesWritten bytes handed to the operating system, as they are on the wire
 */
public record ForcedCloseEvent(InetSocketAddress client, CloseReason reason, String listener,
		ConnectionProtocol protocol, ConnectionState state, Duration age, long bytesRead, long bytesWritten) {

}
