/**
 * The Strict-Transport-Security header: a browser that has seen it once over HTTPS does
 * not speak plain HTTP to this host again, so nobody on the way can strip the TLS off.
 */
@NullMarked
package io.github.hardenedhttp.hsts;

import org.jspecify.annotations.NullMarked;
