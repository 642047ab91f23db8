/** Following the events, and the queue of jobs. */
@NullMarked
package dev.winnow.curation.kafka;

import org.jspecify.annotations.NullMarked;
