/**
 * Connections as such, whatever is spoken on them. So far: TCP keep-alive.
 */
@NullMarked
package io.github.hardenedhttp.connection;

import org.jspecify.annotations.NullMarked;
