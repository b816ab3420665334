package io.github.hardenedhttp.testsupport;

import org.junit.jupiter.api.Test;

class TryTests {

	@Test
	void run() throws Exception {
		try (TestServer server = TestServer
			.start(System.getProperty("args", "hardened.tls.profile=modern").split(" "))) {
			java.nio.file.Files.writeString(java.nio.file.Path.of("/tmp/port"), "" + server.port());
			while (!java.nio.file.Files.exists(java.nio.file.Path.of("/tmp/stop")))
				Thread.sleep(200);
			System.out.println(server.bean(io.github.hardenedhttp.undertow.Guard.class).connections());
		}
	}

}
