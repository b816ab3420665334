package io.github.hardenedhttp.undertow;

/**
 * Thrown at start when a web server other than Undertow has won, so that nothing of this
 * project would be in effect.
 */
@SuppressWarnings("serial")
public class ForeignWebServerException extends RuntimeException {

	private final String factoryName;

	/**
	 * Create the exception.
	 * @param factoryName the simple name of the web server factory that was found
	 */
	public ForeignWebServerException(String factoryName) {
		super("The web server is made by " + factoryName + ", not by Undertow");
		this.factoryName = factoryName;
	}

	String getFactoryName() {
		return this.factoryName;
	}

}
