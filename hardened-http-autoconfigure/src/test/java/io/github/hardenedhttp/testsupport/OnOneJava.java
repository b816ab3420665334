package io.github.hardenedhttp.testsupport;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/**
 * What a long test shows does not depend on the version of Java, so it is shown once, on
 * the oldest.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "It is the same on every Java, and takes its time")
public @interface OnOneJava {

}
