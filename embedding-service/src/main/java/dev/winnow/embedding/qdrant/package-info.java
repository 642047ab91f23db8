/** Points in Qdrant. */
@NullMarked
package dev.winnow.embedding.qdrant;

import org.jspecify.annotations.NullMarked;
