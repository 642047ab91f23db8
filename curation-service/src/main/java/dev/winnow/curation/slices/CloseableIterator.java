package dev.winnow.curation.slices;

import java.util.Iterator;

/** Elements that are read while iterating; whoever asked for it closes it. */
public interface CloseableIterator<T> extends Iterator<T>, AutoCloseable {

    @Override
    void close();
}
