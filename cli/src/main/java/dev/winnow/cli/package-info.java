/** The commands behind {@code ./winnow}: options in, exit codes out. What they do is in the packages below. */
@NullMarked
package dev.winnow.cli;

import org.jspecify.annotations.NullMarked;
