/** The embedding service, over HTTP. */
@NullMarked
package dev.winnow.curation.embedding;

import org.jspecify.annotations.NullMarked;
