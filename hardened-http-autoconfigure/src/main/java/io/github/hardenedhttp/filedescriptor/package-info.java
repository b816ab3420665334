/**
 * How many file descriptors the process has open, of which type, and how many it may
 * have: every connection needs one, and a server without any accepts nobody. Counts only;
 * nothing here limits anything.
 */
@NullMarked
package io.github.hardenedhttp.filedescriptor;

import org.jspecify.annotations.NullMarked;
