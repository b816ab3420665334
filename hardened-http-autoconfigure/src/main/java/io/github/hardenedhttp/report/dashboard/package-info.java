/**
 * A page to look at one server with, and nothing else to install: the numbers of now, and
 * the hardening report below. Part of the endpoint {@code hardening}, so it is exposed
 * where that is.
 */
@NullMarked
package io.github.hardenedhttp.report.dashboard;

import org.jspecify.annotations.NullMarked;
