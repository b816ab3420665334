package io.github.hardenedhttp.timeout;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How long a request may keep the server waiting.
 *
 * @param read for its body
 * @param minReadRate bytes per second that earn further patience; 0 for none
 * @param write while the response is sent
 * @param minWriteRate bytes per second that earn further patience; 0 for none
 * @param total from the end of the header to the end of the response, or {@code null}
 */
record RequestTimeouts(Duration read, long minReadRate, Duration write, long minWriteRate, @Nullable Duration total) {

}
