/** A real S3 server on a folder, which tells a Kafka topic what changed in it. */
@NullMarked
package dev.winnow.localstack.s3;

import org.jspecify.annotations.NullMarked;
