package io.github.hardenedhttp.timeout;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Watches how a WebFlux application reads the request body. The server waits for the
 * client while the application has asked for a buffer that has not come, and at no other
 * time.
 */
final class DeadlineServerHttpRequest extends ServerHttpRequestDecorator {

	private final UnreadBody unread;

	private final ExchangeDeadlines deadlines;

	DeadlineServerHttpRequest(ServerHttpRequest delegate, UnreadBody unread, ExchangeDeadlines deadlines) {
		super(delegate);
		this.unread = unread;
		this.deadlines = deadlines;
	}

	@Override
	public Flux<DataBuffer> getBody() {
		return new Body(super.getBody());
	}

	private final class Body extends FluxOperator<DataBuffer, DataBuffer> {

		Body(Flux<DataBuffer> source) {
			super(source);
		}

		@Override
		public void subscribe(CoreSubscriber<? super DataBuffer> application) {
			DeadlineServerHttpRequest.this.unread.wanted();
			Reader reader = new Reader(application, DeadlineServerHttpRequest.this.deadlines,
					DeadlineServerHttpRequest.this.unread);
			this.source.subscribe(reader);
			reader.subscribed();
		}

	}

	/**
	 * Stands between Spring, which signals on one thread, and the application, which may
	 * ask and cancel on any. A request that is cut is a third party: it has to wait until
	 * the application has finished with the signal before.
	 */
	private static final class Reader implements CoreSubscriber<DataBuffer>, Subscription {

		private final CoreSubscriber<? super DataBuffer> application;

		private final ExchangeDeadlines deadlines;

		private final UnreadBody unread;

		// Set before anybody asks.
		private @Nullable Subscription body;

		// Guarded by "this".

		private long demand;

		private boolean subscribed;

		private boolean inCall;

		private boolean ended;

		Reader(CoreSubscriber<? super DataBuffer> application, ExchangeDeadlines deadlines, UnreadBody unread) {
			this.application = application;
			this.deadlines = deadlines;
			this.unread = unread;
		}

		@Override
		public Context currentContext() {
			return this.application.currentContext();
		}

		@Override
		public void onSubscribe(Subscription body) {
			this.body = body;
			this.application.onSubscribe(this);
			this.deadlines.whenCut(this::endIfCut);
			endIfCut();
		}

		/**
		 * What was asked for while Spring subscribed is asked for now. Asked on another
		 * thread before it is ready, Spring may miss it
		 * ({@code AbstractListenerReadPublisher}, state {@code SUBSCRIBING}), and the
		 * body never comes.
		 */
		void subscribed() {
			long early;
			synchronized (this) {
				this.subscribed = true;
				early = this.demand;
			}
			if (early > 0) {
				ask(early);
			}
		}

		@Override
		public void request(long more) {
			synchronized (this) {
				if (more > 0) {
					this.demand = Operators.addCap(this.demand, more);
					waitIfAsked();
				}
				if (!this.subscribed) {
					return;
				}
			}
			ask(more);
		}

		/**
		 * Spring reads where it is asked. On any thread but that of the connection,
		 * Undertow would be told there, again and again, of bytes another thread is about
		 * to take, and over TLS it ends such a connection ("UT005076").
		 */
		private void ask(long more) {
			this.unread.asked();
			this.deadlines.onIoThread(() -> {
				if (this.body != null) {
					this.body.request(more);
				}
			});
		}

		@Override
		public void cancel() {
			end();
			if (this.body != null) {
				this.body.cancel();
			}
			this.deadlines.onIoThread(this.unread::unwanted);
		}

		@Override
		public void onNext(DataBuffer buffer) {
			if (!begin(buffer.readableByteCount())) {
				DataBufferUtils.release(buffer);
				return;
			}
			this.application.onNext(buffer);
			synchronized (this) {
				this.inCall = false;
				waitIfAsked();
			}
			endIfCut();
		}

		private synchronized boolean begin(int bytes) {
			if (this.ended) {
				return false;
			}
			this.inCall = true;
			if (this.demand != Long.MAX_VALUE) {
				this.demand--;
			}
			long now = this.deadlines.now();
			this.deadlines.read().waitingEnds(now);
			this.deadlines.read().progress(bytes, now);
			return true;
		}

		private void waitIfAsked() {
			if (this.demand > 0 && !this.inCall && !this.ended) {
				this.deadlines.read().waitingBegins(this.deadlines.now());
			}
		}

		/**
		 * The connection of a request that was cut ends, too, and Spring takes that for
		 * the end of the body.
		 */
		@Override
		public void onComplete() {
			if (end()) {
				RequestDeadlineExceededException cut = this.deadlines.cutException();
				if (cut != null) {
					this.application.onError(cut);
				}
				else {
					this.application.onComplete();
				}
			}
		}

		@Override
		public void onError(Throwable ex) {
			if (end()) {
				RequestDeadlineExceededException cut = this.deadlines.cutException();
				this.application.onError((cut != null) ? cut : ex);
			}
		}

		private void endIfCut() {
			RequestDeadlineExceededException cut = this.deadlines.cutException();
			if (cut != null && endUnlessInCall()) {
				if (this.body != null) {
					this.body.cancel();
				}
				this.application.onError(cut);
			}
		}

		private synchronized boolean endUnlessInCall() {
			return !this.inCall && end();
		}

		private synchronized boolean end() {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			this.deadlines.read().waitingEnds(this.deadlines.now());
			return true;
		}

	}

}
