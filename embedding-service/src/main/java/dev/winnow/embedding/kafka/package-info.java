/** Image events in, outcomes out. */
@NullMarked
package dev.winnow.embedding.kafka;

import org.jspecify.annotations.NullMarked;
