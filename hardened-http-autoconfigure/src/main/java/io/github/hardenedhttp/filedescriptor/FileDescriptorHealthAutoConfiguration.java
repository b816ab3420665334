package io.github.hardenedhttp.filedescriptor;

import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Adds the health {@code fileDescriptors} where Actuator is used.
 */
@AutoConfiguration(after = FileDescriptorAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("filedescriptors")
@ConditionalOnBean(FileDescriptorPressure.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class FileDescriptorHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "fileDescriptorsHealthIndicator")
	HealthIndicator fileDescriptorsHealthIndicator(FileDescriptorPressure pressure) {
		return new FileDescriptorHealthIndicator(pressure);
	}

}
