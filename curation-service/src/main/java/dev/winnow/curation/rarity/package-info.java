/** What lies apart. */
@NullMarked
package dev.winnow.curation.rarity;

import org.jspecify.annotations.NullMarked;
