package io.github.hardenedhttp.filedescriptor;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Adds the endpoint {@code filedescriptors} where Actuator is used and the endpoint is
 * exposed. It is found from the management port too, because that reads the endpoints of
 * the application.
 */
@AutoConfiguration(after = FileDescriptorAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(FileDescriptorsEndpoint.class)
@ConditionalOnBean(FileDescriptors.class)
@ConditionalOnProperty(name = "hardened.enabled", matchIfMissing = true)
public final class FileDescriptorEndpointAutoConfiguration {

	@Bean
	FileDescriptorsEndpoint fileDescriptorsEndpoint(FileDescriptors fileDescriptors) {
		return new FileDescriptorsEndpoint(fileDescriptors);
	}

}
