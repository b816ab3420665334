package io.github.hardenedhttp.undertow;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a whole, as users write it: {@code 80%}, {@code 97.5%}, or {@code 80} without
 * the sign. Whether the number makes sense is for whoever uses it to say, with the key at
 * hand.
 *
 * @param value the number before the sign
 */
public record Percentage(BigDecimal value) {

	private static final Pattern TEXT = Pattern.compile("(-?\\d{1,9}(?:\\.\\d{1,9})?)\\s*%?");

	/**
	 * Reads a percentage. Spring's conversion finds this method by its name.
	 * @param text a decimal number, with or without the sign
	 * @return the percentage
	 * @throws IllegalArgumentException if the text is none
	 */
	public static Percentage of(String text) {
		Matcher matcher = TEXT.matcher(text.strip());
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'%s' is not a percentage, such as '80%%'".formatted(text));
		}
		return new Percentage(new BigDecimal(matcher.group(1)));
	}

	/**
	 * The part as a fraction.
	 * @return 0.8 for {@code 80%}
	 */
	public double fraction() {
		return this.value.movePointLeft(2).doubleValue();
	}

	@Override
	public String toString() {
		return this.value.toPlainString() + "%";
	}

}
