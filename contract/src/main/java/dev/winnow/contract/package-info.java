/**
 * What the services agree on, and nothing else: which names an object may have, which bytes count as an acceptable
 * image, the events, the topics they travel on, and the shape of a point in the vector database.
 */
@NullMarked
package dev.winnow.contract;

import org.jspecify.annotations.NullMarked;
