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
 * The raw requests under {@code corpus/http1}, to each kind of server. A single entry:
 * {@code -Dtest=Http1CorpusTests -Dtest.jvm.options=-Dcorpus=chunks.txt:12}.
 */
@OnOneJava
@ExtendWith(OutputCaptureExtension.class)
class Http1CorpusTests {

	@TestFactory
	List<DynamicTest> servletOverTls(CapturedOutput output) {
		return tests(WebApplicationType.SERVLET, true, output);
	}

	@TestFactory
	List<DynamicTest> servletOverTcp(CapturedOutput output) {
		return tests(WebApplicationType.SERVLET, false, output);
	}

	@TestFactory
	List<DynamicTest> webFluxOverTls(CapturedOutput output) {
		return tests(WebApplicationType.REACTIVE, true, output);
	}

	@TestFactory
	List<DynamicTest> webFluxOverTcp(CapturedOutput output) {
		return tests(WebApplicationType.REACTIVE, false, output);
	}

	private static List<DynamicTest> tests(WebApplicationType type, boolean tls, CapturedOutput output) {
		return new Corpus<>(Http1Entry.all(), output).tests(type, (entry, port) -> entry.verdict(port, tls),
				tls ? "hardened.tls.enabled=true" : "hardened.tls.enabled=false");
	}

}
