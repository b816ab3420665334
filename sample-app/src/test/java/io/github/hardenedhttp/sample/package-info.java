/**
 * Looks at the executable jar from outside, with the tools everybody else uses.
 */
@NullMarked
package io.github.hardenedhttp.sample;

import org.jspecify.annotations.NullMarked;
