package io.github.hardenedhttp.connection;

import java.util.function.Supplier;

import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.ServerRole;

/**
 * All that is known of the connections of one server.
 *
 * @param role which server
 * @param guard its guard, which is made after the others
 * @param ledger its book
 * @param limits its limits
 */
record ServerBook(ServerRole role, Supplier<Guard> guard, ConnectionLedger ledger, ConnectionLimits limits) {

}
