/** The vector index in Qdrant. */
@NullMarked
package dev.winnow.curation.qdrant;

import org.jspecify.annotations.NullMarked;
