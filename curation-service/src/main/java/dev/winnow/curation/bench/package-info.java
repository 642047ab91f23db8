/** {@code ./winnow bench curate}: measures the engine beside what a Python user would take; not part of the service. */
@NullMarked
package dev.winnow.curation.bench;

import org.jspecify.annotations.NullMarked;
