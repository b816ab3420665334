/**
 * What requests may look like. The framing of HTTP/1.1 is judged before Undertow's parser
 * sees a byte; that of HTTP/2 has a room of its own. Rules judge the request before the
 * application does. What the servlet container or Spring then stumble over is the
 * client's fault: it is answered as such, counted, and not logged as an error of the
 * application.
 */
@NullMarked
package io.github.hardenedhttp.protocol;

import org.jspecify.annotations.NullMarked;
