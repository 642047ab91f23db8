@NullMarked
package dev.winnow.deploy;

import org.jspecify.annotations.NullMarked;
