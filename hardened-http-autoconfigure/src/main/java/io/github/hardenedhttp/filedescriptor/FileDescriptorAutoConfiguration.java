package io.github.hardenedhttp.filedescriptor;

import java.util.Objects;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.hardenedhttp.checks.HardeningChecks;
import io.github.hardenedhttp.undertow.Guard;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Counts the open file descriptors, on machines where they can be counted, and tells when
 * they are short.
 */
@AutoConfiguration(after = UndertowAutoConfiguration.class)
@ConditionalOnClass(UnixOperatingSystemMXBean.class)
@Conditional(FileDescriptorAutoConfiguration.OnCountableFileDescriptors.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class FileDescriptorAutoConfiguration {

	@Bean
	FileDescriptors fileDescriptors() {
		return new FileDescriptors(Objects.requireNonNull(FileDescriptorCounter.forThisMachine()), System::nanoTime);
	}

	/**
	 * Where there is a guard, whose watch looks again and again.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(Guard.class)
	@EnableConfigurationProperties(FileDescriptorProperties.class)
	static class Pressure {

		@Bean
		FileDescriptorPressure fileDescriptorPressure(FileDescriptorProperties properties) {
			return new FileDescriptorPressure(Objects.requireNonNull(FileDescriptorCounter.cheapestForThisMachine()),
					properties.toThresholds(), System::nanoTime);
		}

		@Bean
		HardeningChecks fileDescriptorHardeningChecks(FileDescriptorProperties properties,
				FileDescriptorPressure pressure) {
			return new FileDescriptorChecks(properties, pressure::max);
		}

	}

	static final class OnCountableFileDescriptors extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("Countable file descriptors");
			return (FileDescriptorCounter.forThisMachine() != null)
					? ConditionOutcome.match(message.because("the platform bean counts them"))
					: ConditionOutcome.noMatch(message.because("the platform bean does not count them"));
		}

	}

}
