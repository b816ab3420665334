/**
 * What an OCSP responder says of a certificate, stapled to it without a handshake that
 * waits. {@link io.github.hardenedhttp.tls.ocsp.OcspStaples} is the door; behind it each
 * certificate has its {@code OcspStaple}, which is asked for by {@code OcspInquiry} and
 * {@code OcspClient} and handed to JSSE by {@code SharedOcspResponder}.
 */
@NullMarked
package io.github.hardenedhttp.tls.ocsp;

import org.jspecify.annotations.NullMarked;
