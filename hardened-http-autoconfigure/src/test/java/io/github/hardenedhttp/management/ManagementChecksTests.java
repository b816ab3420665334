package io.github.hardenedhttp.management;

import java.net.InetAddress;
import java.net.UnknownHostException;

import io.github.hardenedhttp.checks.HardeningCheck;
import io.github.hardenedhttp.checks.Verdict;
import io.github.hardenedhttp.testsupport.Checked;
import io.github.hardenedhttp.undertow.GuardMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementChecksTests {

	@ParameterizedTest
	@CsvSource({ ",false,ENFORCE,PASS", ",false,OBSERVE,WARN", ",true,OBSERVE,PASS", "127.0.0.1,false,ENFORCE,PASS",
			"10.0.0.1,true,ENFORCE,PASS", "10.0.0.1,false,ENFORCE,WARN", "0.0.0.0,false,ENFORCE,WARN" })
	void onlyThisMachineReachesPlainEndpoints(@Nullable String address, boolean tls, GuardMode mode, Verdict verdict)
			throws UnknownHostException {
		ManagementChecks checks = new ManagementChecks(ManagementPortType.DIFFERENT, 9090,
				(address != null) ? InetAddress.getByName(address) : null, tls, mode);
		assertThat(Checked.verdict(checks, "address")).isEqualTo(verdict);
	}

	@ParameterizedTest
	@EnumSource
	void thePortPasses(ManagementPortType type) {
		assertThat(Checked.verdict(new ManagementChecks(type, 9090, null, false, GuardMode.ENFORCE), "port"))
			.isEqualTo(Verdict.PASS);
	}

	@Test
	void withoutAPortOfItsOwnThereIsNoAddress() {
		assertThat(new ManagementChecks(ManagementPortType.SAME, null, null, false, GuardMode.ENFORCE).checks())
			.extracting(HardeningCheck::name)
			.containsExactly("port");
	}

}
