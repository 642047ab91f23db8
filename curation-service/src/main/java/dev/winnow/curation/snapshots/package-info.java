/** A dataset as an algorithm works on it, and the vectors kept in memory between two jobs. */
@NullMarked
package dev.winnow.curation.snapshots;

import org.jspecify.annotations.NullMarked;
