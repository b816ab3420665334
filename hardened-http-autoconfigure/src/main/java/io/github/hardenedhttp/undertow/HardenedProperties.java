package io.github.hardenedhttp.undertow;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set for all rooms together.
 *
 * @param mode Whether what breaks a deadline or a limit is closed ('enforce'), or only
 * counted and logged ('observe').
 */
@ConfigurationProperties("hardened")
public record HardenedProperties(@DefaultValue("enforce") GuardMode mode) {

}
