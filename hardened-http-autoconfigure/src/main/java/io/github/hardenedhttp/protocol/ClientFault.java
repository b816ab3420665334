package io.github.hardenedhttp.protocol;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

import io.undertow.server.RequestTooBigException;
import io.undertow.server.handlers.form.MultiPartParserDefinition;
import io.undertow.util.BadRequestException;
import io.undertow.util.ParameterLimitException;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.util.ClassUtils;

/**
 * Tells what a client has caused from what the application has. An exception is the
 * client's fault if its type says so, or if it was thrown while the container took apart
 * what the client had sent: no code of an application runs there.
 */
final class ClientFault {

	private static final Set<String> CONTAINER_PARSERS = Set.of("io.undertow.util.Cookies", "io.undertow.util.URLUtils",
			"io.undertow.server.handlers.form.FormEncodedDataDefinition$FormEncodedDataParser",
			"io.undertow.server.handlers.form.MultiPartParserDefinition$MultiPartUploadHandler",
			"io.undertow.util.MultipartParser", "io.undertow.util.MultipartParser$ParseState",
			"org.springframework.http.codec.FormHttpMessageReader",
			"org.springframework.http.codec.multipart.MultipartParser");

	// A client of the application's own has such limits, too.

	private static final String BODY_PUBLISHER = "org.springframework.http.server.reactive.AbstractListenerReadPublisher";

	// Of spring-web, which need not be there.

	private static final String TOO_LARGE = "org.springframework.web.multipart.MaxUploadSizeExceededException";

	private static final String BROKEN_MULTIPART = "org.springframework.web.multipart.MultipartException";

	private ClientFault() {
	}

	/**
	 * The answer to what was thrown.
	 * @param thrown by the servlet, by a filter, or on their way
	 * @return the status, or {@code null} if it is not the client's fault
	 */
	static @Nullable Integer status(Throwable thrown) {
		Integer status = null;
		for (Throwable each = thrown; each != null && each != each.getCause(); each = each.getCause()) {
			if (isTooLarge(each)) {
				return StatusCodes.REQUEST_ENTITY_TOO_LARGE;
			}
			if (isBroken(each)) {
				status = StatusCodes.BAD_REQUEST;
			}
		}
		return status;
	}

	private static boolean isTooLarge(Throwable thrown) {
		return thrown instanceof RequestTooBigException || thrown instanceof ParameterLimitException
				|| thrown instanceof MultiPartParserDefinition.FileTooLargeException || isA(thrown, TOO_LARGE)
				|| thrown instanceof DataBufferLimitException && wasThrownIn(thrown, Set.of(BODY_PUBLISHER));
	}

	private static boolean isBroken(Throwable thrown) {
		return thrown instanceof BadRequestException || isA(thrown, BROKEN_MULTIPART)
				|| wasThrownIn(thrown, CONTAINER_PARSERS);
	}

	private static boolean wasThrownIn(Throwable thrown, Set<String> types) {
		// Reactor keeps the stack trace in a suppressed exception (FluxOnAssembly).
		return Stream.concat(Stream.of(thrown), Arrays.stream(thrown.getSuppressed()))
			.flatMap((each) -> Arrays.stream(each.getStackTrace()))
			.anyMatch((element) -> types.contains(element.getClassName()));
	}

	private static boolean isA(Throwable thrown, String type) {
		for (Class<?> each = thrown.getClass(); each != null; each = each.getSuperclass()) {
			if (ClassUtils.getQualifiedName(each).equals(type)) {
				return true;
			}
		}
		return false;
	}

}
