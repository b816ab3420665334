/**
 * How many file descriptors the process has open, of which type, how many it may have,
 * and when they are short: every connection needs one, and a server without any accepts
 * nobody. Counts and tells only; nothing here limits anything.
 */
@NullMarked
package io.github.hardenedhttp.filedescriptor;

import org.jspecify.annotations.NullMarked;
