/** Clusters of like images. */
@NullMarked
package dev.winnow.curation.clusters;

import org.jspecify.annotations.NullMarked;
