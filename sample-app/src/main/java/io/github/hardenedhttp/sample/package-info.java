/**
 * The smallest application that shows everything the starter does. Nothing in it knows
 * that it is hardened: that is the dependency and application.yml.
 */
@NullMarked
package io.github.hardenedhttp.sample;

import org.jspecify.annotations.NullMarked;
