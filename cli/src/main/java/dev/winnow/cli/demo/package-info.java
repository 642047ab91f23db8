/** The demo: a folder of images taken in and curated over the services' own HTTP, and the report on it. */
@NullMarked
package dev.winnow.cli.demo;

import org.jspecify.annotations.NullMarked;
