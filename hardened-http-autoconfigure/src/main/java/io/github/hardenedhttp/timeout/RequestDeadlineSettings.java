package io.github.hardenedhttp.timeout;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * What a {@link RequestDeadline} says, ready to be applied.
 */
final class RequestDeadlineSettings {

	private static final String OFF = "off";

	/**
	 * Says nothing.
	 */
	static final RequestDeadlineSettings NONE = new RequestDeadlineSettings(null);

	private final @Nullable RequestDeadline annotation;

	private RequestDeadlineSettings(@Nullable RequestDeadline annotation) {
		this.annotation = annotation;
	}

	static RequestDeadlineSettings of(HandlerMethod method) {
		RequestDeadline annotation = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(),
				RequestDeadline.class);
		if (annotation == null) {
			annotation = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), RequestDeadline.class);
		}
		return (annotation != null) ? new RequestDeadlineSettings(annotation) : NONE;
	}

	void applyTo(RequestDeadlines deadlines) {
		if (this.annotation != null) {
			apply(this.annotation.read(), deadlines::setRead, deadlines::liftRead);
			apply(this.annotation.write(), deadlines::setWrite, deadlines::liftWrite);
			apply(this.annotation.total(), deadlines::setTotal, deadlines::liftTotal);
		}
	}

	private static void apply(String value, Consumer<Duration> set, Runnable lift) {
		if (value.equals(OFF)) {
			lift.run();
		}
		else if (!value.isEmpty()) {
			set.accept(DurationStyle.detectAndParse(value));
		}
	}

}
