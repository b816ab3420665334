package io.github.hardenedhttp.timeout;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Deadlines of the requests a controller method handles, or of all methods of a
 * controller class. A method's own annotation replaces that of its class, and both
 * replace what is configured for the path. They count from the moment the method is
 * chosen, before its arguments are read.
 * <p>
 * Values are durations as in application.yml, such as {@code 2m} or {@code 500ms};
 * {@code off} lifts a deadline. A value that is neither fails the request that meets it
 * first.
 */
@Documented
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
public @interface RequestDeadline {

	/**
	 * How long the client may keep the server waiting for the request body.
	 * @return a duration, {@code off}, or nothing to leave it as it is
	 */
	String read() default "";

	/**
	 * How long the client may keep the server waiting while the response is sent.
	 * @return a duration, {@code off}, or nothing to leave it as it is
	 */
	String write() default "";

	/**
	 * How long the request may take from now on, whatever the reason.
	 * @return a duration, {@code off}, or nothing to leave it as it is
	 */
	String total() default "";

}
