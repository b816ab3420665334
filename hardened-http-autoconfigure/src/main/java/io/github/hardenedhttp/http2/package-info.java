/**
 * What an HTTP/2 connection may ask for, and how much of what carries nothing it may
 * send. Its frames are read before Undertow's parser sees them.
 */
@NullMarked
package io.github.hardenedhttp.http2;

import org.jspecify.annotations.NullMarked;
