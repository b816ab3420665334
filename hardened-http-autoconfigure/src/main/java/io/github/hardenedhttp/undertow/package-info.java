/**
 * The guard: one object for every TCP connection from accept to close, and the order of
 * everything that is wrapped around a request. Policies live in the other rooms.
 */
@NullMarked
package io.github.hardenedhttp.undertow;

import org.jspecify.annotations.NullMarked;
