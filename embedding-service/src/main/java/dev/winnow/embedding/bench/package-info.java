/** {@code ./winnow bench embed}: measures the worker from outside, and its parts alone; not part of the service. */
@NullMarked
package dev.winnow.embedding.bench;

import org.jspecify.annotations.NullMarked;
