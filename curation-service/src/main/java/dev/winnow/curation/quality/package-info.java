/** What is wrong with the pictures themselves. */
@NullMarked
package dev.winnow.curation.quality;

import org.jspecify.annotations.NullMarked;
