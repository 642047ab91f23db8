/** What can be asked for over a whole dataset: one class a task, with its parameters, its work and its report. */
@NullMarked
package dev.winnow.curation.tasks;

import org.jspecify.annotations.NullMarked;
