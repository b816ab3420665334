/**
 * The plain HTTP listener that only sends people to HTTPS. It has its own thread and its
 * own deadline, and nothing that arrives on it reaches the application.
 */
@NullMarked
package io.github.hardenedhttp.redirect;

import org.jspecify.annotations.NullMarked;
