@org.jspecify.annotations.NullMarked
package dev.winnow.embedding.bench;
