/** What a person at a terminal sees: lines, one progress line, and plain sentences for what failed. */
@NullMarked
package dev.winnow.cli.terminal;

import org.jspecify.annotations.NullMarked;
