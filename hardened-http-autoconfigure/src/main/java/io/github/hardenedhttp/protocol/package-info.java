/**
 * What requests may look like. The bytes are judged before Undertow's parser sees them:
 * framing of HTTP/1.1, frames of HTTP/2. Rules judge the request before the application
 * does. What the servlet container or Spring then stumble over is the client's fault: it
 * is answered as such, counted, and not logged as an error of the application.
 */
@NullMarked
package io.github.hardenedhttp.protocol;

import org.jspecify.annotations.NullMarked;
