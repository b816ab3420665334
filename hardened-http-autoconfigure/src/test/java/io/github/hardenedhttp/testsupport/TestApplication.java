package io.github.hardenedhttp.testsupport;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * The application the tests harden: {@code GET /hello}, {@code POST /echo} and what is
 * needed to be slow.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ TestController.class, TestReactiveController.class })
public class TestApplication {

}
