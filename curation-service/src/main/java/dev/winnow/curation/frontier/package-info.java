/** Which images to label next. */
@NullMarked
package dev.winnow.curation.frontier;

import org.jspecify.annotations.NullMarked;
