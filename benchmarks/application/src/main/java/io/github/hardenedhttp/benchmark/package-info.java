/**
 * The application that all Java servers of the benchmark run.
 */
package io.github.hardenedhttp.benchmark;
