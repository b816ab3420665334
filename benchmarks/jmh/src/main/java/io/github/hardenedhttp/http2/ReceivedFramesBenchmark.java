package io.github.hardenedhttp.http2;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to read the frames of a request before Undertow does: one HEADERS of
 * indexed fields, which is decoded.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReceivedFramesBenchmark {

	private static final int REQUESTS = 1000;

	// :method GET, :path /, :scheme http, :scheme https
	private static final byte[] FIELDS = { (byte) 0x82, (byte) 0x84, (byte) 0x87 };

	private final ByteBuffer settings = ByteBuffer.wrap(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 });

	private final ByteBuffer requests = ByteBuffer.allocate(REQUESTS * (FrameHeader.LENGTH + FIELDS.length));

	private ReceivedFrames frames;

	private OpenStreams streams;

	@Setup
	public void write() {
		for (int number = 0; number < REQUESTS; number++) {
			this.requests.put(new byte[] { 0, 0, (byte) FIELDS.length, FrameHeader.HEADERS,
					FrameHeader.END_HEADERS | FrameHeader.END_STREAM });
			this.requests.putInt(1 + 2 * number).put(FIELDS);
		}
		this.requests.flip();
	}

	@Setup(Level.Invocation)
	public void connect() {
		this.streams = new OpenStreams(REQUESTS);
		this.frames = new ReceivedFrames(0, new FrameBudget(128, 0), this.streams, new UnfinishedRequests(100),
				new HeaderBlockReader(8192, 120, 120, 4096), 16_384);
		this.frames.read(this.settings, 0, this.settings.limit(), 0);
	}

	@Benchmark
	@OperationsPerInvocation(REQUESTS)
	public long requests() {
		int size = FrameHeader.LENGTH + FIELDS.length;
		for (int number = 0; number < REQUESTS; number++) {
			this.frames.read(this.requests, number * size, (number + 1) * size, 0);
			this.streams.close(1 + 2 * number);
		}
		if (this.frames.error() != 0) {
			throw new IllegalStateException("Refused with " + this.frames.error());
		}
		return this.frames.cleared();
	}

}
