package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.http.MediaType;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One address for each kind of traffic: small, up, down, and a stream that does not end.
 */
@RestController
class SampleController {

	private final TaskScheduler scheduler;

	SampleController(TaskScheduler scheduler) {
		this.scheduler = scheduler;
	}

	@GetMapping(path = "/hello", produces = MediaType.TEXT_PLAIN_VALUE)
	String hello() {
		return "hello";
	}

	/**
	 * Answers the body with the body, while it is still arriving.
	 * @param request of any content type
	 * @param response of the same
	 * @throws IOException if the client is gone
	 */
	@PostMapping("/echo")
	void echo(HttpServletRequest request, HttpServletResponse response) throws IOException {
		response.setContentType(request.getContentType());
		if (request.getContentLengthLong() >= 0) {
			response.setContentLengthLong(request.getContentLengthLong());
		}
		request.getInputStream().transferTo(response.getOutputStream());
	}

	/**
	 * Answers 10 MB, from a buffer of 8 KB.
	 * @param response a run of the bytes 0 to 255, over and over
	 * @throws IOException if the client is gone
	 */
	@GetMapping(path = "/large", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	void large(HttpServletResponse response) throws IOException {
		byte[] part = new byte[8 * 1024];
		for (int i = 0; i < part.length; i++) {
			part[i] = (byte) i;
		}
		int parts = 10 * 1024 * 1024 / part.length;
		response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
		response.setContentLength(parts * part.length);
		OutputStream out = response.getOutputStream();
		for (int i = 0; i < parts; i++) {
			out.write(part);
		}
	}

	/**
	 * Sends the time as server-sent events, the first one at once.
	 * @param every time from one event to the next, such as {@code 500ms}
	 * @param count number of events; zero or less: until the client goes
	 * @return the stream
	 */
	@GetMapping("/events")
	SseEmitter events(@RequestParam(defaultValue = "1s") @DurationFormat(style = Style.SIMPLE) Duration every,
			@RequestParam(defaultValue = "0") long count) {
		SseEmitter emitter = new SseEmitter(0L);
		sendNext(emitter, Instant.now(), every, count);
		return emitter;
	}

	private void sendNext(SseEmitter emitter, Instant time, Duration every, long left) {
		this.scheduler.schedule(() -> {
			try {
				emitter.send(SseEmitter.event().data(time.toString(), MediaType.TEXT_PLAIN));
			}
			catch (IOException | IllegalStateException ex) {
				return; // The client is gone; the container ends the emitter.
			}
			if (left == 1) {
				emitter.complete();
			}
			else {
				sendNext(emitter, Instant.now().plus(every), every, left - 1);
			}
		}, time);
	}

}
