/**
 * The server of {@code management.server.port}, where that is a port of its own: it has
 * the same rooms as the application's, furnished once more, so that an attack on one
 * takes nothing from the other. And it is bound to this machine, unless the user says
 * otherwise.
 */
@NullMarked
package io.github.hardenedhttp.management;

import org.jspecify.annotations.NullMarked;
