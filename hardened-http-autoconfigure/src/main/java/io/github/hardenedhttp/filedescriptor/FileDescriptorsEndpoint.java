package io.github.hardenedhttp.filedescriptor;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The actuator endpoint {@code filedescriptors}.
 */
@Endpoint(id = "filedescriptors")
final class FileDescriptorsEndpoint {

	private final FileDescriptors fileDescriptors;

	FileDescriptorsEndpoint(FileDescriptors fileDescriptors) {
		this.fileDescriptors = fileDescriptors;
	}

	@ReadOperation
	FileDescriptorsDescriptor fileDescriptors() {
		return FileDescriptorsDescriptor.of(this.fileDescriptors.census());
	}

	/**
	 * What the endpoint answers.
	 *
	 * @param open how many are open
	 * @param max how many may be open
	 * @param ratio open divided by max, to four decimal places
	 * @param types how many of each type, {@code null} where unknown; Spring Boot's
	 * mapper for endpoints leaves it out then
	 */
	record FileDescriptorsDescriptor(long open, long max, double ratio,
			@Nullable Map<String, Long> types) implements OperationResponseBody {

		static FileDescriptorsDescriptor of(FileDescriptorCensus census) {
			return new FileDescriptorsDescriptor(census.open(), census.max(), census.roundedRatio(),
					byId(census.types()));
		}

		private static @Nullable Map<String, Long> byId(@Nullable Map<FileDescriptorType, Long> types) {
			if (types == null) {
				return null;
			}
			Map<String, Long> byId = new LinkedHashMap<>();
			types.forEach((type, count) -> byId.put(type.id(), count));
			return byId;
		}

	}

}
