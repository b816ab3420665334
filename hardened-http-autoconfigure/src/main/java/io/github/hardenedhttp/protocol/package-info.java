/**
 * What requests may look like. What Undertow's parser lets through and its servlet
 * container then stumbles over is the client's fault: it is answered as such, counted,
 * and not logged as an error of the application.
 */
@NullMarked
package io.github.hardenedhttp.protocol;

import org.jspecify.annotations.NullMarked;
