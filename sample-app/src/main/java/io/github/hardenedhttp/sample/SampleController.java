package io.github.hardenedhttp.sample;

import java.io.IOException;
import java.io.InputStream;
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
 * One address for each kind of traffic: small, up, down, late, and a stream that does not
 * end.
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
	 * Takes a body and answers its length.
	 * @param body the body
	 * @return number of bytes
	 * @throws IOException if the client is gone
	 */
	@PostMapping(path = "/length", produces = MediaType.TEXT_PLAIN_VALUE)
	String length(InputStream body) throws IOException {
		return Long.toString(body.transferTo(OutputStream.nullOutputStream()));
	}

	/**
	 * Answers 10 MB, or as much as is asked for, from a buffer of 8 KB.
	 * @param kilobytes the size
	 * @param response a run of the bytes 0 to 255, over and over
	 * @throws IOException if the client is gone
	 */
	@GetMapping(path = "/large", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	void large(@RequestParam(defaultValue = "10240") int kilobytes, HttpServletResponse response) throws IOException {
		byte[] part = new byte[8 * 1024];
		for (int i = 0; i < part.length; i++) {
			part[i] = (byte) i;
		}
		long size = kilobytes * 1024L;
		response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
		response.setContentLengthLong(size);
		OutputStream out = response.getOutputStream();
		for (long left = size; left > 0; left -= part.length) {
			out.write(part, 0, (int) Math.min(part.length, left));
		}
	}

	/**
	 * Answers after a while, as a handler does that computes.
	 * @param time how long it thinks
	 * @return that it has thought
	 * @throws InterruptedException if the application ends
	 */
	@GetMapping(path = "/think", produces = MediaType.TEXT_PLAIN_VALUE)
	String think(@RequestParam(defaultValue = "1s") @DurationFormat(style = Style.SIMPLE) Duration time)
			throws InterruptedException {
		Thread.sleep(time.toMillis());
		return "thought";
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
