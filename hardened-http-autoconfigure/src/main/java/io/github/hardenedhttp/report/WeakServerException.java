package io.github.hardenedhttp.report;

import java.util.List;

/**
 * Thrown at start when a check of the report does not pass and
 * {@code hardened.checks.fail-on} does not allow that.
 */
@SuppressWarnings("serial")
public class WeakServerException extends RuntimeException {

	private final String failOn;

	private final transient List<HardeningReport.Room> rooms;

	WeakServerException(String failOn, List<HardeningReport.Room> rooms) {
		super("Checks do not pass: " + rooms.stream()
			.flatMap((room) -> room.checks().stream().map((check) -> room.room() + "." + check.name()))
			.toList());
		this.failOn = failOn;
		this.rooms = rooms;
	}

	String getFailOn() {
		return this.failOn;
	}

	/**
	 * The rooms, with nothing but the checks that stop the start.
	 * @return at least one room with at least one check
	 */
	List<HardeningReport.Room> getRooms() {
		return this.rooms;
	}

}
