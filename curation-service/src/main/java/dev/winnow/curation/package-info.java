/** The curation service: what is alike, duplicate, clustered, rare, and what to choose. Each use case has a package of its own. */
@NullMarked
package dev.winnow.curation;

import org.jspecify.annotations.NullMarked;
