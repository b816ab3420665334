package io.github.hardenedhttp.management;

import java.util.stream.Stream;

import io.github.hardenedhttp.certificate.CertificateAutoConfiguration;
import io.github.hardenedhttp.connection.AbortAutoConfiguration;
import io.github.hardenedhttp.connection.ConnectionAutoConfiguration;
import io.github.hardenedhttp.connection.DrainAutoConfiguration;
import io.github.hardenedhttp.http2.Http2AutoConfiguration;
import io.github.hardenedhttp.protocol.ProtocolAutoConfiguration;
import io.github.hardenedhttp.timeout.TimeoutAutoConfiguration;
import io.github.hardenedhttp.tls.TlsAutoConfiguration;
import io.github.hardenedhttp.undertow.UndertowAutoConfiguration;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Configures once more what belongs to one server, if the application's has it: whoever
 * excludes an auto-configuration excludes it for both. A bean made here stands in front
 * of the one of the same name in the parent context; what is not made here is common to
 * both: meters, events, the count of file descriptors, the memory for bodies, and headers
 * that know no connection (HSTS).
 */
final class RoomsOfTheApplication implements ImportSelector {

	private final BeanFactory application;

	RoomsOfTheApplication(BeanFactory beanFactory) {
		BeanFactory parent = ((HierarchicalBeanFactory) beanFactory).getParentBeanFactory();
		this.application = (parent != null) ? parent : beanFactory;
	}

	@Override
	public String[] selectImports(AnnotationMetadata importing) {
		return Stream
			.of(UndertowAutoConfiguration.class, ConnectionAutoConfiguration.class, AbortAutoConfiguration.class,
					DrainAutoConfiguration.class, TimeoutAutoConfiguration.class, ProtocolAutoConfiguration.class,
					Http2AutoConfiguration.class, TlsAutoConfiguration.class, CertificateAutoConfiguration.class)
			.map(Class::getName)
			.filter(this.application::containsBean)
			.toArray(String[]::new);
	}

}
