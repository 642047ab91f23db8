/** Labels from outside. */
@NullMarked
package dev.winnow.curation.labels;

import org.jspecify.annotations.NullMarked;
