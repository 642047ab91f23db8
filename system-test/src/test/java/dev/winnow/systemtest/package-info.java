/** Black-box tests: the suite runs as {@code ./winnow up} starts it, and is spoken to as any client would. */
@NullMarked
package dev.winnow.systemtest;

import org.jspecify.annotations.NullMarked;
