package io.github.hardenedhttp.protocol;

/**
 * How large a request body may be, if neither the application nor the servlet container
 * says otherwise.
 *
 * @param max the number of bytes, or 0 for no limit
 */
record BodyLimit(long max) {

	/**
	 * What the exchange is told of the limit, so that nobody else acts on it.
	 */
	static final long OURS = Long.MAX_VALUE;

	boolean isExceededBy(long length) {
		return this.max > 0 && length > this.max;
	}

}
