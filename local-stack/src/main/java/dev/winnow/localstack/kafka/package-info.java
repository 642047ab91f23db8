/** A real Kafka broker, run in this JVM. */
@NullMarked
package dev.winnow.localstack.kafka;

import org.jspecify.annotations.NullMarked;
