/** Clusters where images lie dense, and noise between them: HDBSCAN. */
@NullMarked
package dev.winnow.curation.clusters.density;

import org.jspecify.annotations.NullMarked;
