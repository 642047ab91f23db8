/** The worker's domain: an image event leads to a point in the index and an outcome. Adapters live in the sub-packages. */
@NullMarked
package dev.winnow.embedding;

import org.jspecify.annotations.NullMarked;
