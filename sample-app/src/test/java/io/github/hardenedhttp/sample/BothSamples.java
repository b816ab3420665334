package io.github.hardenedhttp.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.Tag;

/**
 * A test that the build runs against the jars of both samples, of servlets and of
 * WebFlux: see the pom.xml of {@code sample-webflux}. All others run against the first.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Tag("both-samples")
@interface BothSamples {

}
