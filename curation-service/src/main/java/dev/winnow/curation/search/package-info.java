/** Similarity search. */
@NullMarked
package dev.winnow.curation.search;

import org.jspecify.annotations.NullMarked;
