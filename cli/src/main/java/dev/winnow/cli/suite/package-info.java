/** The whole suite on one machine: every process of it started, watched, restarted and stopped. */
@NullMarked
package dev.winnow.cli.suite;

import org.jspecify.annotations.NullMarked;
