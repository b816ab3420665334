/**
 * Which protocol versions, cipher suites and key-exchange groups are negotiated. The
 * policy is a value; {@link io.github.hardenedhttp.tls.PolicySslContext} gives it to
 * every engine, and no later call can loosen it.
 */
@NullMarked
package io.github.hardenedhttp.tls;

import org.jspecify.annotations.NullMarked;
