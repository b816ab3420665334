/**
 * Certificates that are ordered from a certificate authority (ACME, RFC 8555), stored,
 * and renewed while the server runs.
 */
@NullMarked
package io.github.hardenedhttp.certificate.acme;

import org.jspecify.annotations.NullMarked;
