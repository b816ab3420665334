package io.github.hardenedhttp.checks;

import org.jspecify.annotations.Nullable;

/**
 * One line of the hardening report.
 *
 * @param name the name within its room
 * @param property the property the value comes from, or {@code null} if there is none
 * @param value the value that is in effect, for people; never a secret
 * @param derivation from what the value follows where the property is not set, or
 * {@code null} if it is a default then
 * @param verdict the verdict
 * @param why the reason for the verdict, in one sentence
 * @param fix what to set, or {@code null} if it passes
 * @param grade the letter the server can have at best
 * @param yardstick whose advice it is
 */
public record HardeningCheck(String name, @Nullable String property, String value, @Nullable String derivation,
		Verdict verdict, String why, @Nullable String fix, Grade grade, String yardstick) {

	/**
	 * Begins a check.
	 * @param name the name within its room
	 * @param property the property the value comes from, or {@code null} if there is none
	 * @param yardstick whose advice it is, such as {@code RFC 9113, section 6.5.2}
	 * @return what is to be judged
	 */
	public static Subject of(String name, @Nullable String property, String yardstick) {
		return new Subject(name, property, yardstick, "", null);
	}

	/**
	 * The same check with another effect on the letter than its verdict has (WARN: A,
	 * FAIL: F).
	 * @param grade the letter the server can have at best
	 * @return the check
	 */
	public HardeningCheck lowering(Grade grade) {
		return new HardeningCheck(this.name, this.property, this.value, this.derivation, this.verdict, this.why,
				this.fix, grade, this.yardstick);
	}

	/**
	 * What is to be judged. Immutable.
	 *
	 * @param name as {@link HardeningCheck#name()}
	 * @param property as {@link HardeningCheck#property()}
	 * @param yardstick as {@link HardeningCheck#yardstick()}
	 * @param value as {@link HardeningCheck#value()}
	 * @param derivation as {@link HardeningCheck#derivation()}
	 */
	public record Subject(String name, @Nullable String property, String yardstick, String value,
			@Nullable String derivation) {

		/**
		 * Sets the value that is in effect.
		 * @param value a duration, a size, a list, or anything that can be shown
		 * @return a new subject
		 */
		public Subject value(@Nullable Object value) {
			return new Subject(this.name, this.property, this.yardstick, ValueText.of(value), this.derivation);
		}

		/**
		 * Says from what the value follows where the property is not set.
		 * @param derivation a few words
		 * @return a new subject
		 */
		public Subject derivedFrom(@Nullable String derivation) {
			return new Subject(this.name, this.property, this.yardstick, this.value, derivation);
		}

		/**
		 * The value is as it should be.
		 * @param why the reason, in one sentence
		 * @return the check
		 */
		public HardeningCheck pass(String why) {
			return check(Verdict.PASS, why, null);
		}

		/**
		 * The value is less than the yardstick asks for.
		 * @param why the reason, in one sentence
		 * @param fix what to set, in one sentence
		 * @return the check
		 */
		public HardeningCheck warn(String why, String fix) {
			return check(Verdict.WARN, why, fix);
		}

		/**
		 * An attacker can make use of the value.
		 * @param why the reason, in one sentence
		 * @param fix what to set, in one sentence
		 * @return the check
		 */
		public HardeningCheck fail(String why, String fix) {
			return check(Verdict.FAIL, why, fix);
		}

		/**
		 * Judges a value of which less is better.
		 * @param <T> the type of the value
		 * @param present the value
		 * @param good up to here it passes
		 * @param bad beyond this it fails
		 * @param why the reason for any of the verdicts, in one sentence
		 * @return the check
		 */
		public <T extends Comparable<T>> HardeningCheck atMost(T present, T good, T bad, String why) {
			Subject judged = value(present);
			String fix = "Set '%s' to %s or less.".formatted(this.property, ValueText.of(good));
			if (present.compareTo(bad) > 0) {
				return judged.fail(why, fix);
			}
			return (present.compareTo(good) > 0) ? judged.warn(why, fix) : judged.pass(why);
		}

		private HardeningCheck check(Verdict verdict, String why, @Nullable String fix) {
			return new HardeningCheck(this.name, this.property, this.value, this.derivation, verdict, why, fix,
					Grade.of(verdict), this.yardstick);
		}

	}

}
