/** Measures the local stack from outside, as its clients see it. */
@org.jspecify.annotations.NullMarked
package dev.winnow.localstack.bench;
