/** Vectors and the one numeric kernel over them. */
@NullMarked
package dev.winnow.curation.vectors;

import org.jspecify.annotations.NullMarked;
