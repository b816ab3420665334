/**
 * Absolute deadlines: handshake, request header, body, response, and idle. All are
 * instants of the monotonic clock, looked at by one thread for all connections.
 */
@NullMarked
package io.github.hardenedhttp.timeout;

import org.jspecify.annotations.NullMarked;
