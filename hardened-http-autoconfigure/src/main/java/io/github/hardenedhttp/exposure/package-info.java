/**
 * What the public port shows that is not the application's: actuator endpoints, which
 * belong on a port of their own, and handlers that came with a dependency. A library that
 * registers a handler does so unasked; here it is named, and the dangerous kind stops the
 * start.
 */
@NullMarked
package io.github.hardenedhttp.exposure;

import org.jspecify.annotations.NullMarked;
