/**
 * A set of drawn images whose answers are known: classes of unequal size, and planted copies, edits and outliers. The same
 * on every machine up to the rounding of Java2D; no fonts are used.
 */
@NullMarked
package dev.winnow.cli.sample;

import org.jspecify.annotations.NullMarked;
