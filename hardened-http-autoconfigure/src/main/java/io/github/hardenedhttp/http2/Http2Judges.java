package io.github.hardenedhttp.http2;

import java.util.function.LongSupplier;

import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.PlaintextJudge;

/**
 * Appoints the judges of connections that speak HTTP/2.
 */
public final class Http2Judges {

	/**
	 * The length of what a client says first, in octets (RFC 9113, section 3.4).
	 */
	public static final int PREFACE = 24;

	private final Http2Properties properties;

	private final int maxHead;

	private final int maxFields;

	private final int maxCrumbs;

	private final int maxFrame;

	private final int headerTable;

	private final LongSupplier nanoTime = System::nanoTime;

	/**
	 * Create with what applies to all connections.
	 * @param properties what a connection may ask for
	 * @param maxHead the most that the names and values of a header block may take, as
	 * Undertow counts it (RFC 9113, section 6.5.2)
	 * @param maxFields the most header fields that a handler can still answer, without
	 * cookies; with more the connection ends
	 * @param maxCrumbs the same for {@code Cookie} fields
	 * @param maxFrame the longest frame, in octets, as it is advertised
	 * @param headerTable the size of the table header blocks are decoded with, in octets,
	 * as it is advertised
	 */
	public Http2Judges(Http2Properties properties, int maxHead, int maxFields, int maxCrumbs, int maxFrame,
			int headerTable) {
		this.properties = properties;
		this.maxHead = maxHead;
		this.maxFields = maxFields;
		this.maxCrumbs = maxCrumbs;
		this.maxFrame = maxFrame;
		this.headerTable = headerTable;
		properties.toMaxConcurrentStreams();
		properties.toControlFrameRate();
	}

	/**
	 * Appoints one, where HTTP/2 begins.
	 * @param connection the connection
	 * @param prefaceLeft how much of the client's preface is still to come, in octets
	 * @return its judge, for whom what is received begins here
	 */
	public PlaintextJudge judge(GuardedConnection connection, int prefaceLeft) {
		FrameBudget budget = new FrameBudget(this.properties.toControlFrameRate(), this.nanoTime.getAsLong());
		OpenStreams streams = new OpenStreams(this.properties.toMaxConcurrentStreams());
		UnfinishedRequests requests = new UnfinishedRequests(streams.most());
		ReceivedFrames received = new ReceivedFrames(prefaceLeft, budget, streams, requests,
				new HeaderBlockReader(this.maxHead, this.maxFields, this.maxCrumbs, this.headerTable), this.maxFrame);
		return new Http2Judge(connection, streams, received, new SentFrames(budget, streams, requests), this.nanoTime);
	}

}
