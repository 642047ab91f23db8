/** Long work: commands, progress, results. */
@NullMarked
package dev.winnow.curation.jobs;

import org.jspecify.annotations.NullMarked;
