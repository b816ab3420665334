/**
 * The floor plan. A package is a room; it has the name of the property segment the user
 * types ({@code hardened.tls.*} is {@code tls}), of the meters, of the manual page and of
 * the test package.
 * <ul>
 * <li>{@code undertow}: the only shared plumbing. The guard every accepted connection
 * passes, and the order of all that is wrapped around a request. Knows no feature.</li>
 * <li>{@code tls}: which protocol versions, cipher suites and groups are negotiated.</li>
 * <li>{@code certificate}: where certificates come from and how they are replaced. In it
 * {@code acme}: how they are ordered and renewed; it has the property segment
 * {@code acme} for itself.</li>
 * <li>{@code redirect}: the plain HTTP listener that only sends people to HTTPS.</li>
 * <li>{@code hsts}: the Strict-Transport-Security header.</li>
 * <li>{@code timeout}: absolute deadlines of connections and requests, and the worker
 * threads slow clients must not fill.</li>
 * <li>{@code connection}: how many there are, how many there may be, who goes first, and
 * why each has ended.</li>
 * <li>{@code protocol}: what requests may look like.</li>
 * <li>{@code http2}: what an HTTP/2 connection may ask for, and send.</li>
 * <li>{@code filedescriptor}: how many descriptors are open, and of which type.</li>
 * <li>{@code exposure}: what the public port shows that is not the application's.</li>
 * <li>{@code checks}: what a check is, and whether the server's libraries have known
 * vulnerabilities. Each room has its own checks, a class {@code ...Checks}.</li>
 * <li>{@code management}: all this once more for the management server, where it has a
 * port of its own.</li>
 * <li>{@code report}: what all checks have come to, what the server really says on the
 * wire, and the page that shows it.</li>
 * </ul>
 * Arrows: every room may use {@code undertow} and {@code checks}; {@code certificate} may
 * use {@code tls} and {@code redirect}; {@code protocol} may use {@code http2} and
 * {@code redirect}; {@code connection} and {@code timeout} may use
 * {@code filedescriptor}, for limits that follow from theirs; {@code management} may use
 * all, to have them furnished twice, and {@code report} may use all, to tell of them;
 * nothing else. No cycles. {@code ArchitectureTests} holds the code to it.
 */
@NullMarked
package io.github.hardenedhttp;

import org.jspecify.annotations.NullMarked;
