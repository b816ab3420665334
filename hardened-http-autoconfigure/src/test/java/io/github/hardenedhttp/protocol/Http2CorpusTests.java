package io.github.hardenedhttp.protocol;

import java.util.List;

import io.github.hardenedhttp.testsupport.OnOneJava;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The frames under {@code corpus/http2}, to each kind of server. A single entry:
 * {@code -Dtest=Http2CorpusTests -Dtest.jvm.options=-Dcorpus=frames.txt:12}.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class Http2CorpusTests {

	@TestFactory
	List<DynamicTest> servlet(CapturedOutput output) {
		return tests(WebApplicationType.SERVLET, output);
	}

	@TestFactory
	List<DynamicTest> webFlux(CapturedOutput output) {
		return tests(WebApplicationType.REACTIVE, output);
	}

	private static List<DynamicTest> tests(WebApplicationType type, CapturedOutput output) {
		return new Corpus<>(Http2Entry.all(), output).tests(type, Http2Entry::verdict);
	}

}
