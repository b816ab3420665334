package io.github.hardenedhttp.sample;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application that needs descriptors itself. Part of the sample only where a test puts
 * it there, see {@link RunningSample#startUnderLimit}.
 */
@RestController
class OpenFiles {

	private final List<FileInputStream> files = new ArrayList<>();

	/**
	 * Opens files, or closes them, until so many are open.
	 * @param count how many
	 * @throws IOException if no more can be opened
	 */
	@PostMapping("/files")
	synchronized void keepOpen(@RequestParam("count") int count) throws IOException {
		while (this.files.size() > count) {
			this.files.remove(this.files.size() - 1).close();
		}
		while (this.files.size() < count) {
			this.files.add(new FileInputStream(Path.of("/dev/null").toFile()));
		}
	}

}
