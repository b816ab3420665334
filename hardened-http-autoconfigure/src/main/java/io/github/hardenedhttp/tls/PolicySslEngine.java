package io.github.hardenedhttp.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

import io.github.hardenedhttp.undertow.CloseReason;
import io.github.hardenedhttp.undertow.ConnectionState;
import io.github.hardenedhttp.undertow.GuardedConnection;
import io.github.hardenedhttp.undertow.HandshakeFailure;
import io.github.hardenedhttp.undertow.PlaintextGate;
import io.github.hardenedhttp.undertow.RefusedException;
import io.undertow.server.protocol.http.AlpnOpenListener;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one connection. It keeps the policy it was made with whatever is set on
 * it later, refuses renegotiation, and tells the guard how the handshake went.
 * <p>
 * Used as any engine: by one thread at a time for each direction.
 */
final class PolicySslEngine extends SSLEngine {

	private static final String HTTP_2 = "h2";

	private static final String TLS_1_3 = "TLSv1.3";

	private static final int TASKS_WITH_A_PLACE = 2;

	/**
	 * How many records a client may need for its part of a handshake: a chain of 48 KB in
	 * records of 512 octets, the smallest that clients ask for (RFC 6066, section 4).
	 */
	static final int MOST_HANDSHAKE_RECORDS = 100;

	/**
	 * How much of what a client sends after the handshake may carry no data, in octets of
	 * its records: 32 changes of keys as Java sends them, which pads them. BoringSSL
	 * allows as many, Java as many as come.
	 */
	static final int MOST_WITHOUT_DATA = 1400;

	/**
	 * How much data makes good for an octet without.
	 */
	static final int DATA_FOR_AN_OCTET = 1024;

	private final SSLEngine delegate;

	private final TlsEngine engine;

	private final @Nullable GuardedConnection connection;

	private final HandshakeThreads handshakeThreads;

	private int tasks;

	private int handshakeRecords;

	// In octets of data that would make good for it.
	private long withoutData;

	// What is computed, or has been and is not asked for yet; and whether it was handed
	// out.
	private @Nullable HandshakeStep step;

	private boolean stepHandedOut;

	private volatile boolean finished;

	// Whether a handshake message can only mean renegotiation. TLS 1.3 has messages after
	// the handshake, but no renegotiation.
	private volatile boolean sealed;

	private volatile @Nullable PlaintextGate gate;

	// Guarded by "this": a worker may be writing when the I/O thread has the last word.
	private boolean saidFarewell;

	PolicySslEngine(SSLEngine delegate, TlsEngine engine, @Nullable GuardedConnection connection,
			HandshakeThreads handshakeThreads) {
		super(delegate.getPeerHost(), delegate.getPeerPort());
		this.delegate = delegate;
		this.engine = engine;
		this.connection = connection;
		this.handshakeThreads = handshakeThreads;
	}

	/**
	 * Once the handshake is done, what was received has to pass the gate. The result says
	 * nothing of the bytes that were taken from the source: {@code SslConduit} looks at
	 * its position.
	 * <p>
	 * And it forgets that there are records left if the position is where it was, as when
	 * the gate has given something, or Conscrypt the rest of a record that had no room.
	 * That there is such a rest Conscrypt says with a status that would have
	 * {@code SslConduit} ask at once, although the gate has kept part of what had room.
	 */
	@Override
	public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
		if (!this.finished && isFinishedUnsaid()) {
			finished();
		}
		PlaintextGate gate = this.gate;
		if (gate == null) {
			return unwrapRecord(source, targets, offset, length);
		}
		Records records = new Records(source);
		int start = source.position();
		long count;
		try {
			count = gate.read(targets, offset, length, records);
		}
		catch (SSLException ex) {
			throw ex;
		}
		catch (IOException ex) {
			throw new SSLException(ex);
		}
		SSLEngineResult last = records.last;
		boolean asItIs = last != null && last.bytesProduced() == count;
		boolean untouched = source.hasRemaining() && source.position() == start;
		if (last == null) {
			gate.hasMoreBehind(untouched || gate.hasMoreBehind());
		}
		else {
			gate.hasMoreBehind((untouched && last.getStatus() == Status.OK)
					|| (!asItIs && last.getStatus() == Status.BUFFER_OVERFLOW));
		}
		return (last != null && asItIs) ? last
				: new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 0, (int) count);
	}

	private SSLEngineResult unwrapRecord(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
			throws SSLException {
		HandshakeStep step = this.step;
		boolean finished = this.finished;
		if (step == null && !finished && !this.engine.handsOutTasks()
				&& HandshakeStep.isWorthwhile(source, asksForCertificate())) {
			return computeHereOrHandOut(source, targets, offset, length);
		}
		this.step = null;
		if (step != null && !step.hasRun()) {
			// There was no place for it, and the connection has ended.
			throw new SSLHandshakeException("Too many handshakes");
		}
		SSLEngineResult result;
		try {
			result = (step != null) ? step.result(source) : this.delegate.unwrap(source, targets, offset, length);
		}
		catch (SSLException ex) {
			throw failed(ex);
		}
		if (this.sealed && result.getStatus() == Status.OK && result.bytesProduced() == 0
				&& result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
			throw refused("Client-initiated renegotiation refused");
		}
		if (finished) {
			countWhatCarriesNoData(result);
		}
		else {
			countHandshakeRecord(result);
		}
		return watched(result);
	}

	/**
	 * Each change of keys (RFC 8446, section 4.6.3) takes two ciphers and what they are
	 * derived from, on the I/O thread, and a record of 16 KiB holds 3,000 of them. That
	 * one is computed, and it is the last.
	 */
	private void countWhatCarriesNoData(SSLEngineResult result) throws SSLException {
		if (result.getStatus() != Status.OK) {
			return;
		}
		if (result.bytesProduced() > 0) {
			this.withoutData = Math.max(0, this.withoutData - result.bytesProduced());
			return;
		}
		this.withoutData += (long) result.bytesConsumed() * DATA_FOR_AN_OCTET;
		if (this.withoutData > (long) MOST_WITHOUT_DATA * DATA_FOR_AN_OCTET) {
			throw refused("Too many records without data");
		}
	}

	/**
	 * Records of one octet have the engine copy what it has of a message with each, or
	 * hand each to another thread and back.
	 */
	private void countHandshakeRecord(SSLEngineResult result) throws SSLException {
		if (result.bytesConsumed() > 0 && ++this.handshakeRecords > MOST_HANDSHAKE_RECORDS) {
			throw failed(new SSLHandshakeException("Too many records for a handshake"));
		}
	}

	private SSLException refused(String why) {
		ended(CloseReason.HANDSHAKE_FAILURE);
		alert();
		return new SSLHandshakeException(why);
	}

	/**
	 * Where others wait for the handshake threads, nobody passes them. How long it takes
	 * to verify a chain is up to the client that has chosen it, so that is never done
	 * here. A second client hello needs a place as the first did, and it needs it before
	 * it can be computed: not when all but its last octet has come.
	 */
	private SSLEngineResult computeHereOrHandOut(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
			throws SSLException {
		if (this.tasks == 1 && HandshakeStep.isPartOfClientHello(source)) {
			throw failed(new SSLHandshakeException("A client hello in several records"));
		}
		HandshakeShare share = HandshakeShare.ofThisThread();
		long begun = System.nanoTime();
		if (!share.hasTime(begun) || this.handshakeThreads.areBusy() || asksForCertificate()) {
			this.step = new HandshakeStep(this.delegate, source);
			this.stepHandedOut = false;
			return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_TASK, 0, 0);
		}
		this.tasks++;
		SSLEngineResult result;
		try {
			result = this.delegate.unwrap(source, targets, offset, length);
		}
		catch (SSLException ex) {
			throw failed(ex);
		}
		finally {
			share.take(System.nanoTime() - begun);
		}
		countHandshakeRecord(result);
		return watched(result);
	}

	@Override
	public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
		announce(sources, offset, length);
		PlaintextGate gate = this.gate;
		if (gate == null) {
			return wrapRecord(sources, offset, length, target);
		}
		byte[] farewell = gate.farewell();
		if (farewell != null) {
			return sayFarewell(farewell, target);
		}
		ByteBuffer instead = (length == 1) ? gate.instead(sources[offset]) : null;
		if (instead != null) {
			SSLEngineResult result = wrapRecord(new ByteBuffer[] { instead }, 0, 1, target);
			if (result.getStatus() != Status.OK) {
				return result;
			}
			int replaced = sources[offset].remaining();
			sources[offset].position(sources[offset].limit());
			return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, replaced, result.bytesProduced());
		}
		gate.sending(sources, offset, length);
		SSLEngineResult result = wrapRecord(sources, offset, length, target);
		gate.sent(sources, offset, length);
		return result;
	}

	private SSLEngineResult wrapRecord(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
			throws SSLException {
		try {
			return watched(this.delegate.wrap(sources, offset, length, target));
		}
		catch (SSLException ex) {
			throw failed(ex);
		}
	}

	/**
	 * Says the last word and close_notify in one call: after a {@link RefusedException}
	 * {@code SslConduit} makes just one.
	 */
	private synchronized SSLEngineResult sayFarewell(byte[] farewell, ByteBuffer target) throws SSLException {
		if (!this.saidFarewell) {
			this.saidFarewell = true;
			wrapRecord(new ByteBuffer[] { ByteBuffer.wrap(farewell) }, 0, 1, target);
			this.delegate.closeOutbound();
		}
		return wrapRecord(new ByteBuffer[0], 0, 0, target);
	}

	/**
	 * Makes the next call of wrap() give a fatal alert. {@code SslConduit} makes that
	 * call after the exception, and closes.
	 */
	private void alert() {
		try {
			// Without the client's close_notify JSSE takes this for a truncation attack.
			this.engine.closeInbound(this.delegate);
		}
		catch (SSLException ex) {
			// This is how it says so.
		}
	}

	private void announce(ByteBuffer[] sources, int offset, int length) {
		if (this.connection != null && this.finished) {
			for (int index = offset; index < offset + length; index++) {
				if (sources[index].hasRemaining()) {
					this.connection.sends(sources[index].get(sources[index].position()));
					return;
				}
			}
		}
	}

	private SSLEngineResult watched(SSLEngineResult result) {
		if (result.getStatus() == Status.CLOSED && this.delegate.isInboundDone()) {
			// The client says that it closes, before TCP does.
			ended(CloseReason.CLIENT);
		}
		// JSSE says so again with each later session ticket, as when a value is bound to
		// the session (SSLEngineImpl#tryNewSessionTicket).
		if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !this.finished) {
			finished();
		}
		return result;
	}

	/**
	 * Whether the handshake is over although no result has said so. A client that is
	 * asked for a certificate may put it and its Finished into one record; JSSE then
	 * takes in both in a task, and says FINISHED only with the session ticket it sends
	 * next, if it sends one. What the client has sent in the meantime has to pass the
	 * gate, too. If the handshake has failed in the task the engine is done.
	 */
	private boolean isFinishedUnsaid() {
		return this.engine.handsOutTasks() && TLS_1_3.equals(this.delegate.getSession().getProtocol())
				&& this.delegate.getHandshakeSession() == null && !this.delegate.isInboundDone();
	}

	private boolean asksForCertificate() {
		return getNeedClientAuth() || getWantClientAuth();
	}

	private void finished() {
		this.finished = true;
		SSLSession session = this.delegate.getSession();
		this.sealed = !TLS_1_3.equals(session.getProtocol());
		if (this.connection != null) {
			if (!asksForCertificate()) {
				this.connection.clientIsAnonymous();
			}
			this.connection.handshakeFinished(session.getProtocol(), session.getCipherSuite(),
					this.engine.groupOf(this.delegate));
			this.gate = this.connection.openGate(HTTP_2.equals(this.delegate.getApplicationProtocol()));
		}
	}

	private SSLException failed(SSLException ex) {
		if (this.finished) {
			ended(this.engine.isRenegotiation(ex) ? CloseReason.HANDSHAKE_FAILURE : CloseReason.IO_ERROR);
		}
		else if (this.connection != null) {
			this.connection.handshakeFails(HandshakeFailures.of(ex));
		}
		return ex;
	}

	private void ended(CloseReason reason) {
		if (this.connection != null) {
			this.connection.endsBecause(reason);
		}
	}

	/**
	 * What is enabled, and in any case the one suite without which Undertow does not
	 * offer HTTP/2 ({@code AlpnOpenListener#engineSupportsHTTP2}): every suite of every
	 * profile is fit for HTTP/2 (RFC 9113, section 9.2.2).
	 */
	@Override
	public String[] getEnabledCipherSuites() {
		String[] enabled = this.delegate.getEnabledCipherSuites();
		if (List.of(enabled).contains(AlpnOpenListener.REQUIRED_CIPHER)) {
			return enabled;
		}
		String[] shown = Arrays.copyOf(enabled, enabled.length + 1);
		shown[enabled.length] = AlpnOpenListener.REQUIRED_CIPHER;
		return shown;
	}

	/**
	 * Without effect: {@code UndertowAcceptingSslChannel} and {@code SNISSLEngine} set
	 * lists here after the policy was applied.
	 */
	@Override
	public void setEnabledCipherSuites(String[] suites) {
	}

	/**
	 * Without effect, as {@link #setEnabledCipherSuites}.
	 */
	@Override
	public void setEnabledProtocols(String[] protocols) {
	}

	/**
	 * Takes nothing but the application protocols.
	 * <p>
	 * Undertow sets them twice: first all it speaks, and then HTTP/1.1 alone if the
	 * client's hello lacks a certain TLS 1.2 suite ({@code ALPNLimitingSSLEngine}), which
	 * a client that speaks only TLS 1.3 never has. That second call is not followed: with
	 * the suites of our profiles no client has to be kept from HTTP/2.
	 */
	@Override
	public void setSSLParameters(SSLParameters parameters) {
		SSLParameters own = getSSLParameters();
		List<String> present = List.of(own.getApplicationProtocols());
		List<String> wanted = List.of(parameters.getApplicationProtocols());
		boolean downgrade = wanted.size() == 1 && present.size() > 1 && present.containsAll(wanted);
		if (!downgrade) {
			own.setApplicationProtocols(parameters.getApplicationProtocols());
			this.engine.setApplicationProtocols(this.delegate, own);
		}
	}

	@Override
	public SSLParameters getSSLParameters() {
		return this.engine.parametersOf(this.delegate);
	}

	@Override
	public String[] getSupportedCipherSuites() {
		return this.delegate.getSupportedCipherSuites();
	}

	@Override
	public String[] getSupportedProtocols() {
		return this.delegate.getSupportedProtocols();
	}

	@Override
	public String[] getEnabledProtocols() {
		return this.delegate.getEnabledProtocols();
	}

	/**
	 * A part of the handshake's cryptography. The first two of a handshake are there only
	 * if there is a place for them on the handshake threads; if not, the connection ends.
	 * Two, for after a HelloRetryRequest (RFC 8446, section 4.1.4) nobody has paid yet.
	 */
	@Override
	@SuppressWarnings("NullAway") // null is for "no task"
	public Runnable getDelegatedTask() {
		Runnable task = nextTask();
		if (task == null) {
			return null;
		}
		if (this.tasks >= TASKS_WITH_A_PLACE) {
			return () -> runUnlessGone(task);
		}
		this.tasks++;
		if (this.handshakeThreads.enter()) {
			return () -> {
				try {
					runUnlessGone(task);
				}
				finally {
					this.handshakeThreads.leave();
				}
			};
		}
		if (this.connection != null && this.connection.endsForWhatWasSent(CloseReason.LIMIT_HANDSHAKES)) {
			this.connection.end(CloseReason.LIMIT_HANDSHAKES);
			return null;
		}
		return () -> runUnlessGone(task);
	}

	private @Nullable Runnable nextTask() {
		if (this.engine.handsOutTasks()) {
			return this.delegate.getDelegatedTask();
		}
		HandshakeStep step = this.stepHandedOut ? null : this.step;
		this.stepHandedOut = true;
		return step;
	}

	private void runUnlessGone(Runnable task) {
		if (this.connection == null || this.connection.state() != ConnectionState.CLOSED) {
			task.run();
		}
	}

	@Override
	public void closeInbound() throws SSLException {
		this.engine.closeInbound(this.delegate);
	}

	@Override
	public boolean isInboundDone() {
		return this.delegate.isInboundDone();
	}

	@Override
	public void closeOutbound() {
		if (this.connection != null && this.finished) {
			this.connection.endsByServer();
		}
		else if (this.connection != null) {
			this.connection.handshakeFails(HandshakeFailure.OTHER);
		}
		this.delegate.closeOutbound();
	}

	@Override
	public boolean isOutboundDone() {
		return this.delegate.isOutboundDone();
	}

	@Override
	public SSLSession getSession() {
		return this.delegate.getSession();
	}

	@Override
	public SSLSession getHandshakeSession() {
		return this.delegate.getHandshakeSession();
	}

	@Override
	public void beginHandshake() throws SSLException {
		this.delegate.beginHandshake();
	}

	@Override
	public HandshakeStatus getHandshakeStatus() {
		return this.delegate.getHandshakeStatus();
	}

	@Override
	public void setUseClientMode(boolean clientMode) {
		this.delegate.setUseClientMode(clientMode);
	}

	@Override
	public boolean getUseClientMode() {
		return this.delegate.getUseClientMode();
	}

	@Override
	public void setNeedClientAuth(boolean need) {
		this.delegate.setNeedClientAuth(need);
	}

	@Override
	public boolean getNeedClientAuth() {
		return this.delegate.getNeedClientAuth();
	}

	@Override
	public void setWantClientAuth(boolean want) {
		this.delegate.setWantClientAuth(want);
	}

	@Override
	public boolean getWantClientAuth() {
		return this.delegate.getWantClientAuth();
	}

	@Override
	public void setEnableSessionCreation(boolean enabled) {
		this.delegate.setEnableSessionCreation(enabled);
	}

	@Override
	public boolean getEnableSessionCreation() {
		return this.delegate.getEnableSessionCreation();
	}

	@Override
	public String getApplicationProtocol() {
		return this.delegate.getApplicationProtocol();
	}

	@Override
	public String getHandshakeApplicationProtocol() {
		return this.delegate.getHandshakeApplicationProtocol();
	}

	@Override
	public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
		this.delegate.setHandshakeApplicationProtocolSelector(selector);
	}

	@Override
	public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
		return this.delegate.getHandshakeApplicationProtocolSelector();
	}

	/**
	 * The plain text of one record after another.
	 */
	private final class Records implements PlaintextGate.Source {

		private final ByteBuffer source;

		private @Nullable SSLEngineResult last;

		Records(ByteBuffer source) {
			this.source = source;
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) throws SSLException {
			SSLEngineResult result = unwrapRecord(this.source, targets, offset, length);
			this.last = result;
			return result.bytesProduced();
		}

	}

}
