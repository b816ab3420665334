/**
 * What all rooms together have come to: a report with a verdict for everything that is
 * set and for what the server really says on the wire, for people, for programs, and for
 * the start.
 */
@NullMarked
package io.github.hardenedhttp.report;

import org.jspecify.annotations.NullMarked;
