/** What labels can be read from vectors, and which labels they contradict. */
@NullMarked
package dev.winnow.curation.probe;

import org.jspecify.annotations.NullMarked;
