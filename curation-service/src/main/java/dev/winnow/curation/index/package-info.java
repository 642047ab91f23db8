/** The vector index as the use cases see it. */
@NullMarked
package dev.winnow.curation.index;

import org.jspecify.annotations.NullMarked;
