package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has used. Linux only.
 *
 * @param cpu processor time since its start
 * @param resident kilobytes of memory it has at the moment
 */
record Usage(Duration cpu, long resident) {

	private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

	/**
	 * Looks at a process.
	 * @param process the process, which is running
	 * @return what it has used until now
	 */
	static Usage of(ProcessHandle process) {
		try {
			Matcher resident = RESIDENT
				.matcher(Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
			return new Usage(process.info().totalCpuDuration().orElse(Duration.ZERO),
					resident.find() ? Long.parseLong(resident.group(1)) : 0);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * What has been used since.
	 * @param before an earlier usage
	 * @return the differences
	 */
	Usage since(Usage before) {
		return new Usage(this.cpu.minus(before.cpu), this.resident - before.resident);
	}

	double cpuSeconds() {
		return this.cpu.toMillis() / 1e3;
	}

	double residentMegabytes() {
		return this.resident / 1024.0;
	}

}
