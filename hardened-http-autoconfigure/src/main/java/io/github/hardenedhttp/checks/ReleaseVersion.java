package io.github.hardenedhttp.checks;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A version as the JBoss projects number their releases: three numbers and a qualifier,
 * {@code 2.4.0.Alpha1 < 2.4.0.Beta1 < 2.4.0.RC1 < 2.4.0.Final < 2.4.0.SP1 < 2.4.1.Final}.
 *
 * @param major the first number
 * @param minor the second number; it names the branch together with the first
 * @param micro the third number
 * @param stage where on the way to the next micro version it stands
 * @param number which of its stage it is
 */
record ReleaseVersion(int major, int minor, int micro, Stage stage, int number) implements Comparable<ReleaseVersion> {

	private static final Pattern FORM = Pattern
		.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?:[.-]([A-Za-z]+)(\\d{0,9}))?");

	private static final Map<String, Stage> STAGES = Map.of("alpha", Stage.ALPHA, "beta", Stage.BETA, "cr",
			Stage.CANDIDATE, "rc", Stage.CANDIDATE, "final", Stage.FINAL, "ga", Stage.FINAL, "sp", Stage.SERVICE_PACK);

	private static final Comparator<ReleaseVersion> ORDER = Comparator.comparingInt(ReleaseVersion::major)
		.thenComparingInt(ReleaseVersion::minor)
		.thenComparingInt(ReleaseVersion::micro)
		.thenComparing(ReleaseVersion::stage)
		.thenComparingInt(ReleaseVersion::number);

	/**
	 * Reads a version.
	 * @param text the version, such as {@code 2.3.27.Final} or {@code 2.3.27}
	 * @return the version, or {@code null} where its place in the order is not known:
	 * builds of a vendor, who puts in fixes of its own, snapshots, and what has another
	 * form
	 */
	static @Nullable ReleaseVersion parse(String text) {
		Matcher form = FORM.matcher(text);
		if (!form.matches()) {
			return null;
		}
		String qualifier = form.group(4);
		Stage stage = (qualifier != null) ? STAGES.get(qualifier.toLowerCase(Locale.ROOT)) : Stage.FINAL;
		if (stage == null) {
			return null;
		}
		String number = form.group(5);
		return new ReleaseVersion(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)),
				Integer.parseInt(form.group(3)), stage,
				(number != null && !number.isEmpty()) ? Integer.parseInt(number) : 0);
	}

	/**
	 * Compares the branches, such as 2.3 and 2.4.
	 * @param other another version
	 * @return negative, zero or positive
	 */
	int compareBranch(ReleaseVersion other) {
		return (this.major != other.major) ? Integer.compare(this.major, other.major)
				: Integer.compare(this.minor, other.minor);
	}

	@Override
	public int compareTo(ReleaseVersion other) {
		return ORDER.compare(this, other);
	}

	/**
	 * The qualifiers, in their order.
	 */
	enum Stage {

		ALPHA, BETA, CANDIDATE, FINAL, SERVICE_PACK

	}

}
