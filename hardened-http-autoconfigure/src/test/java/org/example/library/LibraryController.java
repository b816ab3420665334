package org.example.library;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * What a dependency may bring along.
 */
@Controller
@ResponseBody
public class LibraryController {

	@GetMapping({ "/library/info", "/library/more" })
	String info() {
		return "library";
	}

	@GetMapping("/library/also")
	String also() {
		return "library";
	}

	@GetMapping("/library/fourth")
	String fourth() {
		return "library";
	}

}
