/** Images by the values of what is known of them. */
@NullMarked
package dev.winnow.curation.strata;

import org.jspecify.annotations.NullMarked;
