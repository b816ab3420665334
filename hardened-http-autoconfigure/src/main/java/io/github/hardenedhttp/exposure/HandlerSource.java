package io.github.hardenedhttp.exposure;

import java.util.stream.Stream;

/**
 * A place where handlers of the public port are registered.
 */
interface HandlerSource {

	/**
	 * Those that are not of the application, as of now.
	 * @param origins tells which those are
	 * @return the handlers
	 */
	Stream<ExposedHandler> handlers(HandlerOrigins origins);

}
