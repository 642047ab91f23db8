package dev.winnow.localstack.qdrant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * The Lucene index of one collection. Changes are made one after the other; those that wait to be durable share
 * commits: while one commit runs, all that arrive gather for the next.
 */
final class PointStore implements AutoCloseable {

    /** Work with the index that may fail as files do. */
    interface Change {
        void apply(IndexWriter writer) throws IOException;
    }

    /** A look at the index as it was at one moment. */
    interface Reading<T> {
        T read(IndexSearcher searcher) throws IOException;
    }

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock committing = new ReentrantLock();
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong visible = new AtomicLong();
    private volatile long committed;

    PointStore(Path folder, PointCodec codec) throws IOException {
        this.directory = FSDirectory.open(folder);
        IndexWriterConfig config = new IndexWriterConfig(null)
                .setCodec(codec)
                .setRAMBufferSizeMB(32)
                .setUseCompoundFile(false)
                .setMergePolicy(new TieredMergePolicy().setFloorSegmentMB(1).setMaxMergedSegmentMB(2048));
        this.writer = new IndexWriter(directory, config);
        this.searchers = new SearcherManager(writer, new SearcherFactory());
        writer.commit();
    }

    /**
     * Makes a change; from then on it is seen by the changes after it.
     *
     * @return the change's number, for {@link #awaitCommit}
     */
    long change(Change change) throws IOException {
        changing.lock();
        try {
            change.apply(writer);
            return applied.incrementAndGet();
        } finally {
            changing.unlock();
        }
    }

    /** Returns when the change is on disk, and seen by every reader. */
    void awaitCommit(long number) throws IOException {
        if (committed >= number) {
            return;
        }
        committing.lock();
        try {
            if (committed < number) {
                long upTo = applied.get();
                writer.commit();
                searchers.maybeRefreshBlocking();
                visible.accumulateAndGet(upTo, Math::max);
                committed = upTo;
            }
        } finally {
            committing.unlock();
        }
    }

    /** Commits what nobody waits for. */
    void commitPending() throws IOException {
        awaitCommit(applied.get());
    }

    /** Reads what is visible: everything acknowledged, and perhaps more. */
    <T> T read(Reading<T> reading) throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            return reading.read(searcher);
        } finally {
            searchers.release(searcher);
        }
    }

    /** Reads everything that was applied before; within a {@link Change}, what is about to be changed. */
    <T> T readLatest(Reading<T> reading) throws IOException {
        long upTo = applied.get();
        if (visible.get() < upTo) {
            searchers.maybeRefreshBlocking();
            visible.accumulateAndGet(upTo, Math::max);
        }
        return read(reading);
    }

    /** Commits, and breaks off the merges under way: they only tidy up, and start again at the next open. */
    @Override
    public void close() throws IOException {
        changing.lock();
        committing.lock();
        try {
            searchers.close();
            writer.commit();
            writer.rollback();
            directory.close();
        } finally {
            committing.unlock();
            changing.unlock();
        }
    }
}
