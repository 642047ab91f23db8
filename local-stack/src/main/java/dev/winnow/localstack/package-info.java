/** One JVM that speaks the protocols of the three servers the suite needs. */
@NullMarked
package dev.winnow.localstack;

import org.jspecify.annotations.NullMarked;
