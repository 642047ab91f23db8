package dev.winnow.curation.exports;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Writes one format, a part of the images after the other. Closing it without {@link #finish} leaves a broken file. */
interface AnnotationWriter extends Closeable {

    void write(List<ExportedImage> part) throws IOException;

    /** Writes the end. */
    void finish() throws IOException;

    @Override
    default void close() throws IOException {}
}
