package io.github.hardenedhttp.undertow;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.xnio.conduits.StreamSourceConduit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link GuardSourceConduit}.
 */
class GuardSourceConduitTests {

	private final List<String> calls = new ArrayList<>();

	private final GuardSourceConduit conduit = new GuardSourceConduit(recording(),
			new TestConnections("https", true, (connection) -> new ConnectionLife() {
			}).open("127.0.0.2"), null);

	private StreamSourceConduit recording() {
		return (StreamSourceConduit) Proxy.newProxyInstance(StreamSourceConduit.class.getClassLoader(),
				new Class<?>[] { StreamSourceConduit.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("resumeReads")) {
						this.calls.add("resumed");
					}
					return null;
				});
	}

	@Test
	void readsAreResumedWhenTheRequestHasEnded() {
		this.conduit.readsOnAfter(() -> {
			this.conduit.resumeReads();
			this.calls.add("ended");
		});
		assertThat(this.calls).containsExactly("ended", "resumed");
	}

	@Test
	void readsAreNotResumedUnlessAskedFor() {
		this.conduit.readsOnAfter(() -> this.calls.add("ended"));
		assertThat(this.calls).containsExactly("ended");
	}

	@Test
	void readsAreResumedWhateverHappens() {
		assertThatIllegalStateException().isThrownBy(() -> this.conduit.readsOnAfter(() -> {
			this.conduit.resumeReads();
			throw new IllegalStateException();
		}));
		assertThat(this.calls).containsExactly("resumed");
	}

	@Test
	void anotherThreadResumesReadsAtOnce() {
		this.conduit.readsOnAfter(() -> {
			CompletableFuture.runAsync(this.conduit::resumeReads).join();
			this.calls.add("ended");
		});
		assertThat(this.calls).containsExactly("resumed", "ended");
	}

}
