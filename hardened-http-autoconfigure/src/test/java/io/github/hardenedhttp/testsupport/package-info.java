/**
 * Tools that the tests of several rooms share.
 */
@NullMarked
package io.github.hardenedhttp.testsupport;

import org.jspecify.annotations.NullMarked;
