package io.github.hardenedhttp.report;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The actuator endpoint {@code hardening}: the report, made anew each time. The self-test
 * is not: its latest result is shown, and it starts again in the background when that is
 * old. Public for what is added below it: the page, and more by whoever likes.
 */
@Endpoint(id = "hardening")
public final class HardeningEndpoint {

	private final Supplier<HardeningReport> reports;

	HardeningEndpoint(Supplier<HardeningReport> reports) {
		this.reports = reports;
	}

	@ReadOperation
	HardeningDescriptor hardening() {
		HardeningReport report = this.reports.get();
		return new HardeningDescriptor(report.grade(), report.versions(), report.rooms(), report.selfTest());
	}

	/**
	 * What the endpoint answers: a {@link HardeningReport}, for Actuator's own mapper.
	 *
	 * @param grade as in the report
	 * @param versions as in the report
	 * @param rooms as in the report
	 * @param selfTest as in the report
	 */
	record HardeningDescriptor(HardeningReport.GradeWithReasons grade, HardeningReport.Versions versions,
			List<HardeningReport.Room> rooms, @Nullable SelfTestResult selfTest) implements OperationResponseBody {

	}

}
