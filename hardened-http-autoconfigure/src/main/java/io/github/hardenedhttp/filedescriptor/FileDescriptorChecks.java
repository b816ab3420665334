package io.github.hardenedhttp.filedescriptor;

import java.util.List;
import java.util.function.LongSupplier;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Percentage;

/**
 * Checks how many descriptors there may be, and whether somebody is told before they run
 * out (the article, "Metrics").
 */
final class FileDescriptorChecks implements HardeningChecks {

	private static final String PREFIX = "hardened.filedescriptor.";

	private static final int ENOUGH = 4096;

	private static final int HARDLY_ANY = 256;

	private final FileDescriptorProperties properties;

	private final LongSupplier max;

	FileDescriptorChecks(FileDescriptorProperties properties, LongSupplier max) {
		this.properties = properties;
		this.max = max;
	}

	@Override
	public String room() {
		return "filedescriptor";
	}

	@Override
	public List<HardeningCheck> checks() {
		return List.of(limit(), warnAt(), failAt());
	}

	private HardeningCheck limit() {
		long max = this.max.getAsLong();
		HardeningCheck.Subject subject = HardeningCheck.of("limit", null, "the article, Timeouts")
			.value((max < 1) ? "unlimited" : max);
		String why = "Every connection needs a descriptor.";
		String fix = "Raise the limit of the process: LimitNOFILE with systemd, ulimit -n in a shell.";
		if (max > 0 && max < HARDLY_ANY) {
			return subject.fail(why, fix);
		}
		return (max > 0 && max < ENOUGH) ? subject.warn(why, fix) : subject.pass(why);
	}

	private HardeningCheck warnAt() {
		return share("warn-at", this.properties.warnAt(), 0.9, "From here on descriptors are saved.");
	}

	private HardeningCheck failAt() {
		return share("fail-at", this.properties.failAt(), 0.98, "From here on the health is DOWN.");
	}

	private static HardeningCheck share(String name, Percentage value, double most, String why) {
		HardeningCheck.Subject subject = HardeningCheck.of(name, PREFIX + name, "the article, Metrics").value(value);
		return (value.fraction() <= most) ? subject.pass(why)
				: subject.warn(why + " Then hardly any are left.", "Remove '" + PREFIX + name + "'.");
	}

}
