package io.github.hardenedhttp.checks;

import java.util.List;

/**
 * The checks of one room, for the hardening report. Each room has one such bean in its
 * own package, and the application may have more: a bean of this type is all it takes.
 */
public interface HardeningChecks {

	/**
	 * The room, which is the segment of its properties after {@code hardened}.
	 * @return the name, such as {@code tls}
	 */
	String room();

	/**
	 * Checks what holds now. Called after all beans were made and again each time the
	 * report is asked for, on any thread; it must neither block nor connect anywhere.
	 * Nothing it returns may be secret.
	 * @return the checks, the most important first; none if the room has nothing to do
	 */
	List<HardeningCheck> checks();

}
