package io.github.hardenedhttp.protocol;

import java.nio.ByteBuffer;

import io.github.hardenedhttp.http2.Http2Judges;
import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.PlaintextJudge;
import io.github.hardenedhttp.undertow.PlaintextRefusal;
import io.undertow.util.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Judges what is said on one connection that begins with HTTP/1.1, by its
 * {@link Http1Framing framing}. HTTP/2 that follows has its {@linkplain Http2Judges own
 * judge}; once the connection was upgraded to something else, nothing is judged any more.
 * <p>
 * What it refuses of a request line or of header fields, Undertow answers: it is given
 * another request to read that nobody could accept. So the answers to earlier requests
 * come before. So it is with content that came together with its head. Any other content
 * it refuses ends the connection at once, and the client is told so if nothing was said
 * before.
 */
final class HttpJudge implements PlaintextJudge {

	/**
	 * Refused by Undertow itself, after everything before it was answered
	 * ({@code HttpTransferEncoding}, {@code Connectors#areRequestHeadersValid}).
	 */
	private static final byte[] UNACCEPTABLE = Octets
		.ascii("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");

	/**
	 * What it answers then ({@code HttpReadListener#sendBadRequestAndClose}).
	 */
	private static final ByteBuffer BAD_REQUEST = answer(StatusCodes.BAD_REQUEST);

	private static final byte[] RESPONSE = Octets.ascii("HTTP/1.1 ");

	private static final byte[] UPGRADED_TO_HTTP2 = Octets.ascii("upgrade: h2c");

	private static final int PREFACE_LINE = 16;

	private final GuardedConnection connection;

	private final Http2Judges http2Judges;

	private @Nullable Http1Framing framing;

	private @Nullable PlaintextJudge http2;

	private long received;

	// Where HTTP/2 begins.
	private long base;

	private boolean responds;

	private @Nullable PlaintextRefusal refusal;

	private @Nullable ByteBuffer answer;

	/**
	 * Create at the beginning of a connection that begins with HTTP/1.1.
	 * @param connection the connection
	 * @param framing how HTTP/1.1 is judged, or {@code null} if it is not
	 * @param http2Judges who judges HTTP/2, once that is spoken
	 */
	HttpJudge(GuardedConnection connection, @Nullable Http1Framing framing, Http2Judges http2Judges) {
		this.connection = connection;
		this.framing = framing;
		this.http2Judges = http2Judges;
	}

	private static ByteBuffer answer(int status) {
		return ByteBuffer.wrap(Octets.ascii("HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			.formatted(status, StatusCodes.getReason(status)))).asReadOnlyBuffer();
	}

	private void beginHttp2(int prefaceLeft) {
		this.framing = null;
		this.base = this.received;
		this.http2 = this.http2Judges.judge(this.connection, prefaceLeft);
	}

	@Override
	public synchronized void received(ByteBuffer bytes, int from, int to) {
		if (this.refusal != null) {
			return;
		}
		int index = from;
		if (this.framing != null) {
			index = receivedHttp1(this.framing, bytes, from, to);
		}
		if (this.http2 != null) {
			this.http2.received(bytes, index, to);
		}
		this.received += to - index;
	}

	private int receivedHttp1(Http1Framing framing, ByteBuffer bytes, int from, int to) {
		int heads = framing.heads();
		int index = framing.read(bytes, from, to);
		this.received += index - from;
		if (framing.heads() > heads) {
			this.responds = false;
		}
		if (framing.isHttp2()) {
			beginHttp2(Http2Judges.PREFACE - PREFACE_LINE);
		}
		else if (framing.status() != 0) {
			refuse(framing, framing.heads() > heads);
		}
		return index;
	}

	private void refuse(Http1Framing framing, boolean headUnread) {
		if (!this.connection.rejectsRequest(CloseReason.BAD_REQUEST)) {
			this.framing = null;
			return;
		}
		this.connection.endsBecause(CloseReason.BAD_REQUEST);
		ByteBuffer answer = answer(framing.status());
		if (!framing.isContentRefused() || headUnread) {
			if (framing.isContentRefused()) {
				framing.takeBackHead();
			}
			this.answer = answer;
			this.refusal = PlaintextRefusal.replacedBy(UNACCEPTABLE);
			return;
		}
		boolean onlyRequest = this.connection.requests() == framing.heads() && this.connection.openRequests() == 1;
		this.refusal = PlaintextRefusal.end((onlyRequest && !this.responds) ? copy(answer) : null);
	}

	private static byte[] copy(ByteBuffer buffer) {
		byte[] copy = new byte[buffer.remaining()];
		buffer.get(buffer.position(), copy);
		return copy;
	}

	@Override
	public synchronized long cleared() {
		if (this.framing != null) {
			return this.framing.cleared();
		}
		return (this.http2 != null) ? this.base + this.http2.cleared() : this.received;
	}

	@Override
	public synchronized @Nullable PlaintextRefusal refusal() {
		return (this.http2 != null) ? this.http2.refusal() : this.refusal;
	}

	@Override
	public synchronized long rewriteFrom() {
		long from = (this.http2 != null) ? this.http2.rewriteFrom() : Long.MAX_VALUE;
		return (from == Long.MAX_VALUE) ? from : this.base + from;
	}

	@Override
	public synchronized int rewrite(ByteBuffer bytes, int from, int to) {
		return (this.http2 != null) ? this.http2.rewrite(bytes, from, to) : to;
	}

	@Override
	public synchronized void sent(ByteBuffer bytes, int from, int to) {
		if (this.http2 != null) {
			this.http2.sent(bytes, from, to);
		}
		else if (this.framing != null && !this.responds) {
			// 100 (Continue) is not yet the response.
			int status = status(bytes, from, to);
			this.responds = status != StatusCodes.CONTINUE;
			if (status == StatusCodes.SWITCHING_PROTOCOLS) {
				upgraded(bytes, from, to);
			}
		}
	}

	private static int status(ByteBuffer bytes, int from, int to) {
		if (to - from < RESPONSE.length + 3) {
			return 0;
		}
		for (int index = 0; index < RESPONSE.length; index++) {
			if (bytes.get(from + index) != RESPONSE[index]) {
				return 0;
			}
		}
		int status = 0;
		for (int index = 0; index < 3; index++) {
			status = 10 * status + bytes.get(from + RESPONSE.length + index) - '0';
		}
		return status;
	}

	private void upgraded(ByteBuffer bytes, int from, int to) {
		this.framing = null;
		for (int index = from; index + UPGRADED_TO_HTTP2.length <= to; index++) {
			int matched = 0;
			while (matched < UPGRADED_TO_HTTP2.length
					&& Character.toLowerCase(bytes.get(index + matched)) == UPGRADED_TO_HTTP2[matched]) {
				matched++;
			}
			if (matched == UPGRADED_TO_HTTP2.length) {
				beginHttp2(Http2Judges.PREFACE);
				return;
			}
		}
	}

	@Override
	public synchronized @Nullable ByteBuffer instead(ByteBuffer bytes) {
		if (this.answer == null || !bytes.equals(BAD_REQUEST)) {
			return null;
		}
		ByteBuffer answer = this.answer;
		this.answer = null;
		return answer;
	}

}
