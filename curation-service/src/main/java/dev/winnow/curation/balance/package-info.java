/** How classes are distributed, and what would even them out. */
@NullMarked
package dev.winnow.curation.balance;

import org.jspecify.annotations.NullMarked;
