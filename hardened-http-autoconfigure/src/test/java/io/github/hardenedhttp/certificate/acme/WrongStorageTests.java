package io.github.hardenedhttp.certificate.acme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import io.github.hardenedhttp.testsupport.FailedStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said at the start about a {@code hardened.acme.storage} that is none.
 */
@ExtendWith(OutputCaptureExtension.class)
class WrongStorageTests {

	@TempDir
	Path temporary;

	@Test
	void aFileIsNamedWithItsKeyAndOrigin(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.temporary.resolve("file"));
		FailedStart failure = start(output, file);
		assertThat(failure.description())
			.contains("Invalid value '%s'".formatted(file), "'hardened.acme.storage'", "originating from")
			.contains(file + " cannot be used as a directory for certificates: it is not a directory. "
					+ "Choose a directory that the user of this application may create or write to.");
	}

	@Test
	void aDirectoryForEverybodyIsRefused(CapturedOutput output) throws IOException {
		Files.setPosixFilePermissions(this.temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
		assertThat(start(output, this.temporary).description()).contains("'hardened.acme.storage'",
				"may be written to by others than its owner", "run 'chmod go-w' on it");
	}

	private static FailedStart start(CapturedOutput output, Path storage) {
		return FailedStart.of(output, "hardened.acme.enabled=true", "hardened.acme.directory-url=https://localhost/dir",
				"hardened.acme.domains=one.example", "hardened.acme.accept-terms-of-service=true",
				"hardened.redirect.port=0", "hardened.acme.storage=" + storage);
	}

}
