/**
 * Whether the libraries the server is made of have vulnerabilities that are known, and
 * what to put in their place: the versions are chosen by the application's build, and
 * Spring Boot 3.5 chooses an old one.
 */
@NullMarked
package io.github.hardenedhttp.checks;

import org.jspecify.annotations.NullMarked;
