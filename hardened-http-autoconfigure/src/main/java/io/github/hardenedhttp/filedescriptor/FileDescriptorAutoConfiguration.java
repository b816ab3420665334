package io.github.hardenedhttp.filedescriptor;

import java.util.Objects;

import com.sun.management.UnixOperatingSystemMXBean;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Counts the open file descriptors, on machines where they can be counted.
 */
@AutoConfiguration
@ConditionalOnClass(UnixOperatingSystemMXBean.class)
@Conditional(FileDescriptorAutoConfiguration.OnCountableFileDescriptors.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class FileDescriptorAutoConfiguration {

	@Bean
	FileDescriptors fileDescriptors() {
		return new FileDescriptors(Objects.requireNonNull(FileDescriptorCounter.forThisMachine()), System::nanoTime);
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
