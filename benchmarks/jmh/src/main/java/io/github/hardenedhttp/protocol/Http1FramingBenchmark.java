package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to read a head before Undertow does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Http1FramingBenchmark {

	private static final ByteBuffer BROWSER = head(
			"""
					GET /search?q=spring+boot&page=2 HTTP/1.1
					Host: www.example.org
					User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
					Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8
					Accept-Language: en-GB,en;q=0.9,de;q=0.7
					Accept-Encoding: gzip, deflate, br, zstd
					Referer: https://www.example.org/
					Cookie: session=0123456789abcdef0123456789abcdef; theme=dark
					Upgrade-Insecure-Requests: 1
					Sec-Fetch-Dest: document
					Sec-Fetch-Mode: navigate
					Sec-Fetch-Site: same-origin

					""");

	private final Http1Framing framing = new Http1Framing(8192, 100, false);

	private static ByteBuffer head(String text) {
		return ByteBuffer.wrap(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
	}

	@Benchmark
	public int headOfABrowser() {
		int end = this.framing.read(BROWSER, 0, BROWSER.limit());
		if (this.framing.status() != 0) {
			throw new IllegalStateException("Refused with " + this.framing.status());
		}
		return end;
	}

}
