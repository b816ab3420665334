/**
 * The sample application once more, with WebFlux: the same addresses answer the same.
 * Nothing in it knows that it is hardened: that is the dependency and application.yml.
 */
@NullMarked
package io.github.hardenedhttp.sample;

import org.jspecify.annotations.NullMarked;
