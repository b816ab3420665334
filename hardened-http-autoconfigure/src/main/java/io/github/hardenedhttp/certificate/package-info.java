/**
 * Where the server's certificates come from, and how they are replaced while it runs.
 */
@NullMarked
package io.github.hardenedhttp.certificate;

import org.jspecify.annotations.NullMarked;
