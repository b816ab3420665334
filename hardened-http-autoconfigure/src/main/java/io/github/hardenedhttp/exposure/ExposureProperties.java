package io.github.hardenedhttp.exposure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may be seen on the public port.
 *
 * @param management Whether actuator endpoints other than health must stay off the public
 * port ('separate'), where heap dumps and passwords would be there for the asking, or may
 * answer there ('allow').
 */
@ConfigurationProperties("hardened.exposure")
record ExposureProperties(@DefaultValue("separate") ManagementExposure management) {

}
