package io.github.hardenedhttp.redirect;

import org.jspecify.annotations.Nullable;

/**
 * What {@code hardened.redirect.*} asks for, checked.
 *
 * @param port the port to listen on, 0 for any free one, {@code null} if there is nothing
 * to listen on
 * @param status the status of a redirect
 * @param allowedHosts the hosts that were listed, or {@code null} to ask the certificate
 */
public record RedirectPolicy(@Nullable Integer port, int status, @Nullable AllowedHosts allowedHosts) {

}
