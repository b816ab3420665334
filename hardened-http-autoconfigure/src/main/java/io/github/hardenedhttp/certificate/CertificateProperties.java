package io.github.hardenedhttp.certificate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about certificates that do not come from Spring Boot's SSL bundles.
 *
 * @param selfSigned Whether to make a certificate for localhost at start, for
 * development. A certificate configured with 'server.ssl' takes precedence.
 */
@ConfigurationProperties("hardened.certificate")
public record CertificateProperties(@DefaultValue("false") boolean selfSigned) {

}
