package io.github.hardenedhttp.protocol;

import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Says which of two requests was understood: the second one by its path; any other gets
 * its own body back.
 */
@RestController
class CorpusController {

	@RequestMapping("/second")
	byte[] second() {
		return "second".getBytes();
	}

	@RequestMapping("/**")
	byte[] first(@RequestBody(required = false) byte[] body) {
		return (body != null && body.length > 0) ? body : "first".getBytes();
	}

}
