/**
 * Stands where S3Proxy looks for what a store can do by itself: by the name of its class's package. A store "of the AWS
 * SDK" evaluates conditions together with the write and remembers what an upload was begun with, as ours does.
 */
@NullMarked
package dev.winnow.localstack.s3.awssdk;

import org.jspecify.annotations.NullMarked;
