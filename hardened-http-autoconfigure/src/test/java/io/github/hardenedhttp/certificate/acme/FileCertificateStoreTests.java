package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.github.hardenedhttp.testsupport.TestCertificates;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link FileCertificateStore}.
 */
@ExtendWith(OutputCaptureExtension.class)
class FileCertificateStoreTests {

	private static final URI AUTHORITY = URI.create("https://acme.example.org:14000/dir");

	private static final StoredCertificate FIRST = certificate();

	private static final StoredCertificate SECOND = certificate();

	private static final KeyPair ACCOUNT = keyPair("EC", 256);

	private static final StartedOrder ORDER = new StartedOrder(URI.create("https://acme.example.org:14000/order/1"),
			keyPair("EC", 256));

	private static final Duration AT_ONCE = Duration.ZERO;

	private static final Duration PATIENTLY = Duration.ofSeconds(20);

	@TempDir
	Path temporary;

	private Path directory;

	@BeforeEach
	void chooseADirectoryThatIsNotThere() {
		this.directory = this.temporary.resolve("new").resolve("acme");
	}

	@Test
	void nothingIsThereAtFirst() {
		FileCertificateStore store = open();
		assertThat(store.loadCertificate("web")).isEmpty();
		assertThat(store.loadAccountKey(AUTHORITY)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "EC", "RSA" })
	void anAccountKeyComesBack(String algorithm) {
		KeyPair key = keyPair(algorithm, algorithm.equals("EC") ? 384 : 2048);
		saveAccountKey(key);
		KeyPair loaded = open().loadAccountKey(AUTHORITY).orElseThrow();
		assertThat(loaded.getPrivate()).isEqualTo(key.getPrivate());
		assertThat(loaded.getPublic()).isEqualTo(key.getPublic());
	}

	@Test
	void anAuthorityHasItsOwnAccount() {
		saveAccountKey(ACCOUNT);
		assertThat(open().loadAccountKey(URI.create("https://acme.example.org:14000/other"))).isEmpty();
		assertThat(open().loadAccountKey(URI.create("acme:other"))).isEmpty();
	}

	@Test
	void anAccountKeyIsNeverOverwritten() {
		saveAccountKey(ACCOUNT);
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> saveAccountKey(keyPair("EC", 256)))
			.withMessageContaining("accounts/acme.example.org-")
			.withMessageContaining("is there already");
		assertThat(open().loadAccountKey(AUTHORITY).orElseThrow().getPrivate()).isEqualTo(ACCOUNT.getPrivate());
	}

	@Test
	void anOrderComesBackUntilItsCertificateIsSaved() throws Exception {
		FileCertificateStore store = open();
		assertThat(store.loadOrder("web")).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> store.saveOrder("web", ORDER));
		try (CertificateStore.Lock lock = store.lock(AT_ONCE)) {
			assertThat(lock).isNotNull();
			store.saveOrder("web", new StartedOrder(AUTHORITY, keyPair("EC", 256)));
			store.saveOrder("web", ORDER);
			StartedOrder loaded = open().loadOrder("web").orElseThrow();
			assertThat(loaded.location()).isEqualTo(ORDER.location());
			assertThat(loaded.key().getPrivate()).isEqualTo(ORDER.key().getPrivate());
			assertThat(loaded).hasToString("StartedOrder[https://acme.example.org:14000/order/1]");
			assertThat(store.loadOrder("other")).isEmpty();
			store.saveCertificate("web", FIRST);
			assertThat(store.loadOrder("web")).isEmpty();
			assertThat(names(this.directory.resolve("orders"))).isEmpty();
		}
	}

	@Test
	void anOrderThatCannotBeReadIsNoneAndSaid(CapturedOutput output) throws Exception {
		FileCertificateStore store = open();
		Path file = this.directory.resolve("orders/web.pem");
		try (CertificateStore.Lock lock = store.lock(AT_ONCE)) {
			assertThat(lock).isNotNull();
			store.saveOrder("web", ORDER);
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
			assertThat(store.loadOrder("web")).isEmpty();
			store.saveOrder("web", ORDER);
			String whole = Files.readString(file);
			Files.writeString(file, whole.substring(0, 200));
			assertThat(store.loadOrder("web")).isEmpty();
			Files.writeString(file, whole.substring(6));
			assertThat(store.loadOrder("web")).isEmpty();
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("another certificate is ordered")))
			.hasSize(3);
	}

	@Test
	void anOrderWithoutItsLineBreaksDoesNotBringTheKeyIntoTheLog(CapturedOutput output) throws Exception {
		FileCertificateStore store = open();
		Path file = this.directory.resolve("orders/web.pem");
		try (CertificateStore.Lock lock = store.lock(AT_ONCE)) {
			assertThat(lock).isNotNull();
			store.saveOrder("web", ORDER);
			String whole = Files.readString(file);
			Files.writeString(file, whole.replaceAll("\\R", " "));
			assertThat(store.loadOrder("web")).isEmpty();
			String key = whole.lines().skip(2).findFirst().orElseThrow();
			assertThat(key).matches("[A-Za-z0-9+/]{64}");
			assertThat(output).contains("it does not begin with the address of an order").doesNotContain(key);
		}
	}

	@Test
	void theNewestCertificateComesBack() {
		save(FIRST);
		save(SECOND);
		assertThat(open().loadCertificate("web")).contains(SECOND);
		assertThat(open().loadCertificate("other")).isEmpty();
	}

	@Test
	void aChainOfOneComesBack() {
		StoredCertificate alone = new StoredCertificate(FIRST.key(), FIRST.chain().subList(0, 1));
		save(alone);
		assertThat(open().loadCertificate("web")).contains(alone);
	}

	@Test
	void otherProgramsFindTheNewestUnderLive() throws IOException {
		save(FIRST);
		save(SECOND);
		Path live = this.directory.resolve("live/web");
		assertThat(Files.readSymbolicLink(live)).isEqualTo(Path.of("../archive/web/2"));
		assertThat(PemContent.load(live.resolve("fullchain.pem")).getCertificates()).isEqualTo(SECOND.chain());
		assertThat(PemContent.load(live.resolve("cert.pem")).getCertificates()).containsExactly(SECOND.certificate());
		assertThat(PemContent.load(live.resolve("chain.pem")).getCertificates())
			.isEqualTo(SECOND.chain().subList(1, 2));
		assertThat(PemContent.load(live.resolve("privkey.pem")).getPrivateKey()).isEqualTo(SECOND.key());
	}

	@Test
	void theLastThreeAreKept() throws IOException {
		for (int i = 0; i < 12; i++) {
			save((i < 11) ? FIRST : SECOND);
		}
		assertThat(names(this.directory.resolve("archive/web"))).containsExactly("10", "11", "12");
		assertThat(open().loadCertificate("web")).contains(SECOND);
		assertThat(this.directory.resolve("live/web/fullchain.pem").toRealPath())
			.isEqualTo(this.directory.toRealPath().resolve("archive/web/12/fullchain.pem"));
	}

	@Test
	void onlyTheOwnerMayUseAnyOfIt() throws IOException {
		save(FIRST);
		saveAccountKey(ACCOUNT);
		try (Stream<Path> all = Files.walk(this.directory)) {
			assertThat(all.filter((path) -> !Files.isSymbolicLink(path))).allSatisfy((path) -> assertThat(
					PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)))
				.isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "..", "../web", "a/b", "Web", ".web", "web\n", "*.example.org" })
	void aNameIsNoPath(String name) {
		FileCertificateStore store = open();
		assertThatIllegalArgumentException().isThrownBy(() -> store.loadCertificate(name));
		assertThatIllegalArgumentException().isThrownBy(() -> store.saveCertificate(name, FIRST));
	}

	@Test
	void nothingIsSavedWithoutTheLock() throws InterruptedException {
		FileCertificateStore store = open();
		store.lock(AT_ONCE).close();
		assertThatIllegalStateException().isThrownBy(() -> store.saveCertificate("web", FIRST));
		assertThatIllegalStateException().isThrownBy(() -> store.saveAccountKey(AUTHORITY, ACCOUNT));
	}

	// What is damaged

	enum Damage {

		MISSING {

			@Override
			void to(Path file) throws IOException {
				Files.delete(file);
			}

		},
		TRUNCATED {

			@Override
			void to(Path file) throws IOException {
				byte[] content = Files.readAllBytes(file);
				Files.write(file, Arrays.copyOf(content, content.length - 20));
			}

		},
		HALF {

			@Override
			void to(Path file) throws IOException {
				byte[] content = Files.readAllBytes(file);
				Files.write(file, Arrays.copyOf(content, content.length / 2));
			}

		},
		EMPTY {

			@Override
			void to(Path file) throws IOException {
				Files.write(file, new byte[0]);
			}

		},
		ZEROS {

			@Override
			void to(Path file) throws IOException {
				Files.write(file, new byte[4096]);
			}

		},
		ONE_CHARACTER {

			@Override
			void to(Path file) throws IOException {
				edit(file, (text) -> {
					int end = text.lastIndexOf("-----END") - 12;
					return text.substring(0, end) + ((text.charAt(end) == 'A') ? 'B' : 'A') + text.substring(end + 1);
				});
			}

		},
		FOREIGN {

			@Override
			void to(Path file) throws IOException {
				Files.writeString(file, file.toString().contains("privkey") || file.toString().contains("accounts")
						? Pem.of(SECOND.key()) + Pem.of(SECOND.chain()) : Pem.of(SECOND.chain()));
			}

		},
		LINK {

			@Override
			void to(Path file) throws IOException {
				Files.move(file, file.resolveSibling("elsewhere"));
				Files.createSymbolicLink(file, Path.of("elsewhere"));
			}

		},
		DIRECTORY {

			@Override
			void to(Path file) throws IOException {
				Files.delete(file);
				Files.createDirectory(file,
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
			}

		},
		ENDLESS {

			@Override
			void to(Path file) throws IOException {
				Files.writeString(file, Files.readString(file) + "\n".repeat(1024 * 1024));
			}

		};

		abstract void to(Path file) throws IOException;

	}

	static Stream<Object[]> damages() {
		return Stream.of("privkey.pem", "cert.pem", "chain.pem", "fullchain.pem")
			.flatMap((file) -> Arrays.stream(Damage.values()).map((damage) -> new Object[] { file, damage }));
	}

	@ParameterizedTest
	@MethodSource("damages")
	void aDamagedCertificateIsNamedAndLeftAlone(String name, Damage damage) throws IOException {
		save(FIRST);
		save(FIRST);
		Path file = this.directory.toRealPath().resolve("archive/web/2").resolve(name);
		damage.to(file);
		Map<String, String> before = content();
		FileCertificateStore store = open();
		CertificateStoreException failure = catchThrowableOfType(CertificateStoreException.class,
				() -> store.loadCertificate("web"));
		assertThat(failure.entry()).satisfiesAnyOf((entry) -> assertThat(entry).isEqualTo(file.toString()),
				// Which of two that do not match is the wrong one, nobody knows.
				(entry) -> assertThat(failure.problem()).contains("fullchain.pem"));
		assertThat(failure.action()).isNotEmpty();
		assertNoKeyIn(failure);
		assertThat(content()).isEqualTo(before);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MISSING")
	void aDamagedAccountKeyIsNamedAndLeftAlone(Damage damage) throws IOException {
		saveAccountKey(ACCOUNT);
		Path file = accountFile();
		damage.to(file);
		Map<String, String> before = content();
		CertificateStoreException failure = catchThrowableOfType(CertificateStoreException.class,
				() -> open().loadAccountKey(AUTHORITY));
		assertThat(failure.entry()).isEqualTo(file.toString());
		assertNoKeyIn(failure);
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> saveAccountKey(ACCOUNT));
		assertThat(content()).isEqualTo(before);
	}

	@Test
	void aChainThatHasLostItsEndIsNoticed() throws IOException {
		save(FIRST);
		Files.writeString(this.directory.resolve("archive/web/1/fullchain.pem"), Pem.of(FIRST.chain().subList(0, 1)));
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> open().loadCertificate("web"))
			.withMessageContaining("chain.pem")
			.withMessageContaining("not the same certificates as fullchain.pem");
	}

	@Test
	void theOneBeforeCountsWhenTheDamagedOneIsMovedAway() throws IOException {
		save(FIRST);
		save(SECOND);
		Path newest = this.directory.resolve("archive/web/2");
		Damage.EMPTY.to(newest.resolve("privkey.pem"));
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> open().loadCertificate("web"))
			.withMessageContaining("move the directory '%s' away", newest.toRealPath());
		Files.move(newest, this.temporary.resolve("damaged"));
		assertThat(open().loadCertificate("web")).contains(FIRST);
		assertThat(this.directory.resolve("live/web/privkey.pem")).exists();
	}

	@Test
	void whatAnotherProgramHasWrittenIsNotNothing() throws IOException {
		open();
		Path foreign = Files.createDirectory(this.directory.resolve("archive/web")).resolve("privkey1.pem");
		Files.writeString(foreign, "another program's");
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> open().loadCertificate("web"))
			.withMessageContaining(foreign.toRealPath() + " was not written by this store");
	}

	@Test
	void whatAnotherProgramHasUnderLiveStays() throws IOException {
		open();
		Path foreign = this.directory.resolve("live/web");
		Files.writeString(foreign, "another program's");
		save(FIRST);
		assertThat(foreign).hasContent("another program's");
		assertThat(open().loadCertificate("web")).contains(FIRST);
	}

	// Who may read and write

	@ParameterizedTest
	@ValueSource(strings = { "rw-r-----", "rw----r--", "rw--w----" })
	void aKeyOthersMayReadIsRefused(String permissions) throws IOException {
		save(FIRST);
		saveAccountKey(ACCOUNT);
		for (Path file : List.of(this.directory.resolve("archive/web/1/privkey.pem"), accountFile())) {
			Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
		}
		FileCertificateStore store = open();
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> store.loadCertificate("web"))
			.withMessageContaining("privkey.pem may be read or changed by others")
			.withMessageContaining("chmod 600");
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> store.loadAccountKey(AUTHORITY))
			.withMessageContaining("may be read or changed by others");
	}

	@ParameterizedTest
	@ValueSource(strings = { ".", "accounts", "orders", "archive", "live" })
	void aDirectoryOthersMayWriteToIsRefused(String part) throws IOException {
		open();
		Files.setPosixFilePermissions(this.directory.resolve(part), PosixFilePermissions.fromString("rwxrwx---"));
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(this::open)
			.withMessageStartingWith(this.directory.resolve(part).toRealPath() + " may be written to by others")
			.withMessageContaining("chmod go-w");
	}

	@Test
	void aDirectoryOthersMayListIsWarnedOf(CapturedOutput output) throws IOException {
		open();
		assertThat(output).doesNotContain("Others may list");
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		save(FIRST);
		assertThat(open().loadCertificate("web")).contains(FIRST);
		assertThat(output).contains("Others may list '%s'".formatted(this.directory.toRealPath()));
	}

	@Test
	void aPartThatLeadsElsewhereIsRefused() throws IOException {
		open();
		Files.move(this.directory.resolve("archive"), this.temporary.resolve("elsewhere"));
		Files.createSymbolicLink(this.directory.resolve("archive"), this.temporary.resolve("elsewhere"));
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(this::open)
			.withMessageContaining("archive cannot be used as a directory for certificates: it is not a directory");
	}

	@Test
	void theDirectoryItselfMayBeALink() throws IOException {
		Path link = Files.createSymbolicLink(this.temporary.resolve("link"), this.temporary.resolve("target"));
		Files.createDirectory(this.temporary.resolve("target"));
		FileCertificateStore.open(link);
		assertThat(this.temporary.resolve("target/archive")).isDirectory();
	}

	@Test
	void aFileIsNoDirectory() throws IOException {
		Path file = Files.createFile(this.temporary.resolve("file"));
		for (Path wrong : List.of(file, file.resolve("below"))) {
			assertThatExceptionOfType(CertificateStoreException.class)
				.isThrownBy(() -> FileCertificateStore.open(wrong))
				.withMessageStartingWith(wrong + " cannot be used as a directory for certificates: ")
				.withMessageContainingAll("ot a directory", "Choose a directory");
		}
	}

	@Test
	void aDirectoryThatCannotBeWrittenToIsRefused() {
		save(FIRST);
		FaultyFileSystem fileSystem = new FaultyFileSystem();
		fileSystem.fault((step, number) -> {
			if (step.startsWith("access")) {
				throw new IOException();
			}
		});
		assertThatExceptionOfType(CertificateStoreException.class)
			.isThrownBy(() -> FileCertificateStore.open(fileSystem.path(this.directory)))
			.withMessageContaining("it is read-only, or '%s' may not write to it", System.getProperty("user.name"));
	}

	@Test
	void withoutPermissionsAndLinksItWorksWithAWord(CapturedOutput output) {
		FaultyFileSystem fileSystem = new FaultyFileSystem();
		fileSystem.withoutPermissions();
		fileSystem.withoutLinks();
		FileCertificateStore store = FileCertificateStore.open(fileSystem.path(this.directory));
		save(store, FIRST);
		save(store, SECOND);
		assertThat(store.loadCertificate("web")).contains(SECOND);
		assertThat(this.directory.resolve("live")).isEmptyDirectory();
		assertThat(output).contains("This file system has no POSIX permissions");
	}

	// Killed, or out of room, at each step

	@Test
	void whoeverIsKilledWhileSavingLeavesTheOneOrTheOther() throws IOException {
		StoredCertificate found = FIRST;
		boolean killed = true;
		for (int last = 0; killed; last++) {
			this.directory = this.temporary.resolve("killed-" + last);
			for (int i = 0; i < FileCertificateStore.KEPT; i++) {
				save(FIRST);
			}
			killed = killBefore(last, (store) -> save(store, SECOND));
			StoredCertificate before = found;
			found = open().loadCertificate("web").orElseThrow();
			assertThat(found).as("once the new one, always the new one").isIn(before, SECOND);
			assertTidy();
			assertThat(PemContent.load(this.directory.resolve("live/web/privkey.pem")).getPrivateKey())
				.isEqualTo(found.key());
			save(SECOND);
			assertThat(open().loadCertificate("web")).contains(SECOND);
			assertThat(names(this.directory.resolve("archive/web"))).hasSize(FileCertificateStore.KEPT);
		}
		assertThat(found).isEqualTo(SECOND);
	}

	@Test
	void whoeverIsKilledWhileSavingTheFirstLeavesNothingOrIt() throws IOException {
		boolean found = false;
		boolean killed = true;
		for (int last = 0; killed; last++) {
			this.directory = this.temporary.resolve("killed-" + last);
			killed = killBefore(last, (store) -> save(store, FIRST));
			boolean before = found;
			found = open().loadCertificate("web").map(FIRST::equals).orElse(false);
			assertThat(found || !before).isTrue();
			assertTidy();
			save(SECOND);
			assertThat(open().loadCertificate("web")).contains(SECOND);
		}
		assertThat(found).isTrue();
	}

	@Test
	void whoeverIsKilledWhileSavingAnAccountKeyLeavesNothingOrIt() throws IOException {
		boolean found = false;
		boolean killed = true;
		for (int last = 0; killed; last++) {
			this.directory = this.temporary.resolve("killed-" + last);
			killed = killBefore(last, (store) -> saveAccountKey(store, ACCOUNT));
			boolean before = found;
			found = open().loadAccountKey(AUTHORITY)
				.map((key) -> key.getPrivate().equals(ACCOUNT.getPrivate()))
				.orElse(false);
			assertThat(found || !before).isTrue();
			assertTidy();
			if (!found) {
				saveAccountKey(ACCOUNT);
			}
		}
		assertThat(found).isTrue();
	}

	@Test
	void aFullDiskLeavesWhatWasThereAndNothingElse() throws IOException {
		CertificateStoreException failure = null;
		AtomicBoolean full = new AtomicBoolean(true);
		for (int first = 0; full.get(); first++) {
			this.directory = this.temporary.resolve("full-" + first);
			save(FIRST);
			FaultyFileSystem fileSystem = new FaultyFileSystem();
			FileCertificateStore store = FileCertificateStore.open(fileSystem.path(this.directory));
			fileSystem.reset();
			full.set(false);
			int free = first;
			fileSystem.fault((step, number) -> {
				if (number >= free && Stream.of("create", "write", "mkdir", "link").anyMatch(step::startsWith)) {
					full.set(true);
					throw new FileSystemException(step, null, "No space left on device");
				}
			});
			failure = catchThrowableOfType(CertificateStoreException.class, () -> save(store, SECOND));
			assertThat(open().loadCertificate("web")).contains((failure != null) ? FIRST : SECOND);
			if (failure != null) {
				assertThat(failure).hasMessageContaining("No space left on device")
					.hasMessageContaining("Make room")
					.hasMessageContaining(this.directory.toRealPath().toString());
				assertNoKeyIn(failure);
			}
			assertTidy();
			fileSystem.fault((step, number) -> {
			});
			save(store, SECOND);
			assertThat(open().loadCertificate("web")).contains(SECOND);
		}
		assertThat(failure).isNull();
	}

	@Test
	void aFullDiskIsToldBeforeTheOrder() {
		FaultyFileSystem fileSystem = new FaultyFileSystem();
		FileCertificateStore store = FileCertificateStore.open(fileSystem.path(this.directory));
		fileSystem.fault((step, number) -> {
			if (step.startsWith("write")) {
				throw new FileSystemException(step, null, "No space left on device");
			}
		});
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> store.lock(AT_ONCE))
			.withMessageContaining("cannot be written to: No space left on device");
	}

	@Test
	void whatIsRenamedIsOnTheDiskBefore() throws InterruptedException {
		FaultyFileSystem fileSystem = new FaultyFileSystem();
		FileCertificateStore store = FileCertificateStore.open(fileSystem.path(this.directory));
		try (CertificateStore.Lock lock = store.lock(AT_ONCE)) {
			assertThat(lock).isNotNull();
			fileSystem.reset();
			store.saveCertificate("web", FIRST);
			assertThat(withoutWrites(fileSystem)).containsExactly("mkdir web", "force archive", "mkdir .new",
					"force web", "create privkey.pem", "force privkey.pem", "create cert.pem", "force cert.pem",
					"create chain.pem", "force chain.pem", "create fullchain.pem", "force fullchain.pem", "force .new",
					"move .new to 1", "force web", "link .new", "move .new to web", "force live");
			fileSystem.reset();
			store.saveAccountKey(AUTHORITY, ACCOUNT);
			String account = accountFile().getFileName().toString();
			assertThat(withoutWrites(fileSystem)).containsExactly("create .new", "force .new",
					"move .new to " + account, "force accounts");
			fileSystem.reset();
			store.saveOrder("web", ORDER);
			assertThat(withoutWrites(fileSystem)).containsExactly("create .new", "force .new", "move .new to web.pem",
					"force orders");
		}
	}

	// Who else is at work

	@Test
	void anotherThreadWaitsForTheLock() throws Exception {
		FileCertificateStore store = open();
		CertificateStore.Lock first = store.lock(AT_ONCE);
		CompletableFuture<CertificateStore.Lock> second = CompletableFuture.supplyAsync(() -> lock(open(), PATIENTLY));
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> open().lock(Duration.ofMillis(50)))
			.withMessageContaining("is locked by this process");
		assertThat(second).isNotDone();
		first.close();
		first.close();
		second.get(20, TimeUnit.SECONDS).close();
		store.lock(AT_ONCE).close();
	}

	@Test
	void anotherProcessIsNamedAndItsEndIsNoticed() throws Exception {
		FileCertificateStore store = open();
		try (StorageProcess other = StorageProcess.holding(this.directory)) {
			assertThat(other.line()).isEqualTo("waiting");
			assertThat(other.line()).isEqualTo("holding");
			assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> store.lock(AT_ONCE))
				.withMessageContaining("is locked by process %d", other.pid());
			CompletableFuture<CertificateStore.Lock> waiting = CompletableFuture
				.supplyAsync(() -> lock(store, PATIENTLY));
			assertThat(waiting).isNotDone();
			other.kill();
			waiting.get(20, TimeUnit.SECONDS).close();
		}
	}

	@Test
	void whoeverAsksInVainTakesNothingFromTheHolder() throws Exception {
		CertificateStore.Lock held = open().lock(AT_ONCE);
		// Closing any descriptor of the file would end the lock of the whole process.
		assertThatExceptionOfType(CertificateStoreException.class).isThrownBy(() -> open().lock(AT_ONCE));
		try (StorageProcess other = StorageProcess.holding(this.directory)) {
			assertThat(other.line()).isEqualTo("waiting");
			CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> line(other));
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> line.get(1, TimeUnit.SECONDS));
			held.close();
			assertThat(line.get(20, TimeUnit.SECONDS)).isEqualTo("holding");
		}
	}

	@Test
	void whoeverIsInterruptedWhileWaitingGoes() throws Exception {
		FileCertificateStore store = open();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> store.lock(PATIENTLY));
		try (StorageProcess other = StorageProcess.holding(this.directory)) {
			assertThat(other.line()).isEqualTo("waiting");
			assertThat(other.line()).isEqualTo("holding");
			Thread waiting = Thread.currentThread();
			CompletableFuture<Void> interruption = CompletableFuture.runAsync(() -> interruptWhenAsleep(waiting));
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> store.lock(PATIENTLY));
			interruption.get(20, TimeUnit.SECONDS);
		}
		store.lock(PATIENTLY).close();
	}

	@Test
	void whatAnotherIsWritingIsNotTidiedUp() throws InterruptedException, IOException {
		FileCertificateStore store = open();
		CertificateStore.Lock held = store.lock(AT_ONCE);
		Path unfinished = Files.createDirectories(this.directory.resolve("archive/web/.new"));
		open();
		assertThat(unfinished).isDirectory();
		held.close();
		open();
		assertThat(unfinished).doesNotExist();
	}

	@Test
	void twoProcessesSaveInTurnsAndAThirdReads() throws IOException, ExecutionException, InterruptedException {
		save(FIRST);
		int times = 20;
		FileCertificateStore store = open();
		try (StorageProcess one = StorageProcess.saving(this.directory, times);
				StorageProcess other = StorageProcess.saving(this.directory, times)) {
			CompletableFuture<String> end = CompletableFuture.supplyAsync(() -> line(one) + line(other));
			int reads = 0;
			while (!end.isDone()) {
				assertThat(store.loadCertificate("web")).isPresent();
				reads++;
			}
			assertThat(end.get()).isEqualTo("savedsaved");
			assertThat(reads).isPositive();
		}
		assertThat(names(this.directory.resolve("archive/web"))).containsExactly(String.valueOf(2 * times - 1),
				String.valueOf(2 * times), String.valueOf(2 * times + 1));
		assertTidy();
	}

	private FileCertificateStore open() {
		return FileCertificateStore.open(this.directory);
	}

	private void save(StoredCertificate certificate) {
		save(open(), certificate);
	}

	private static void save(FileCertificateStore store, StoredCertificate certificate) {
		CertificateStore.Lock lock = lock(store, PATIENTLY);
		try {
			store.saveCertificate("web", certificate);
		}
		finally {
			lock.close();
		}
	}

	private void saveAccountKey(KeyPair key) {
		saveAccountKey(open(), key);
	}

	private static void saveAccountKey(FileCertificateStore store, KeyPair key) {
		CertificateStore.Lock lock = lock(store, PATIENTLY);
		try {
			store.saveAccountKey(AUTHORITY, key);
		}
		finally {
			lock.close();
		}
	}

	private static CertificateStore.Lock lock(FileCertificateStore store, Duration patience) {
		try {
			return store.lock(patience);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface Saving {

		void with(FileCertificateStore store);

	}

	/**
	 * Opens the store and saves, in a process that is killed before a step.
	 * @return whether there was such a step
	 */
	private boolean killBefore(int last, Saving saving) {
		FaultyFileSystem fileSystem = new FaultyFileSystem();
		fileSystem.killBefore(last);
		try {
			saving.with(FileCertificateStore.open(fileSystem.path(this.directory)));
			return false;
		}
		catch (FaultyFileSystem.Killed ex) {
			return true;
		}
	}

	private void assertTidy() throws IOException {
		try (Stream<Path> all = Files.walk(this.directory)) {
			assertThat(all.map((path) -> path.getFileName().toString())).doesNotContain(".new", ".old");
		}
	}

	/**
	 * No line of a key, in the message, the causes or what they have suppressed.
	 */
	private static void assertNoKeyIn(Throwable failure) throws IOException {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		for (PrivateKey key : List.of(FIRST.key(), SECOND.key(), ACCOUNT.getPrivate())) {
			assertThat(Pem.of(key).lines().filter((line) -> !line.startsWith("-----")))
				.noneMatch((line) -> text.toString().contains(line.substring(0, Math.min(20, line.length()))));
		}
	}

	private Path accountFile() {
		Path accounts = this.directory.resolve("accounts");
		try {
			return accounts.toRealPath()
				.resolve(names(accounts).stream().filter((name) -> name.endsWith(".pem")).findFirst().orElseThrow());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> names(Path directory) throws IOException {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString())
				.sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
				.toList();
		}
	}

	/**
	 * All files and links, with what is in them.
	 */
	private Map<String, String> content() throws IOException {
		Map<String, String> content = new TreeMap<>();
		try (Stream<Path> all = Files.walk(this.directory)) {
			for (Path path : (Iterable<Path>) all::iterator) {
				// The lock says who had it last, and when.
				if (!path.endsWith(".lock")) {
					content.put(path.toString(),
							Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
				}
			}
		}
		return content;
	}

	private static List<String> withoutWrites(FaultyFileSystem fileSystem) {
		return fileSystem.steps().stream().filter((step) -> !step.startsWith("write")).toList();
	}

	private static void interruptWhenAsleep(Thread thread) {
		while (thread.getState() != Thread.State.TIMED_WAITING) {
			Thread.onSpinWait();
		}
		thread.interrupt();
	}

	private static String line(StorageProcess process) {
		try {
			return process.line();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void edit(Path file, UnaryOperator<String> change) throws IOException {
		Files.writeString(file, change.apply(Files.readString(file)));
	}

	private static StoredCertificate certificate() {
		TestCertificates server = TestCertificates.ecdsa("localhost");
		return new StoredCertificate(server.privateKey(),
				List.of(server.certificate(), TestCertificates.ecdsa("issuer").certificate()));
	}

	private static KeyPair keyPair(String algorithm, int bits) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
			generator.initialize(bits);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
