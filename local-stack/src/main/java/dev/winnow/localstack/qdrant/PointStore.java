package dev.winnow.localstack.qdrant;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * The points of one collection: a Lucene index, and before it a {@link WriteAheadLog}. Changes are made one after the
 * other. A change is in the log before it is in the index, so nothing depends on when Lucene commits; from time to time
 * a checkpoint commits, and the log begins anew. A commit names the last change it has, and what comes after it is
 * replayed when the store is opened.
 */
final class PointStore implements AutoCloseable {

    /** A change of points; it may read what was changed before. */
    interface Change {
        void apply(PointStore store, IndexWriter writer) throws IOException;
    }

    /** A look at the index as it was at one moment. */
    interface Reading<T> {
        T read(IndexSearcher searcher) throws IOException;
    }

    /** What is done between two changes. */
    interface Settling {
        void settle() throws IOException;
    }

    /** Log bytes after which a checkpoint is due: a second or two of replay. */
    private static final long CHECKPOINT_BYTES = 64L << 20;

    /** An operation stands deeper here than in the request, which is read up to a depth of 100. */
    private static final int DEEPEST_OPERATION = 110;

    /** What a commit calls the number of its last change. */
    private static final String LAST_CHANGE = "last-change";

    private static final Logger LOG = Logger.getLogger(PointStore.class.getName());

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final PointUpdates updates;
    private final WriteAheadLog log;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile long applied;
    private volatile long visible;
    private volatile long committed;

    /** Opens what is in the folder, and replays the changes the index lacks. */
    PointStore(Path folder, PointUpdates updates) throws IOException {
        this.updates = updates;
        this.directory = FSDirectory.open(folder.resolve("index"));
        IndexWriterConfig config = new IndexWriterConfig(null)
                .setCodec(new PointCodec())
                .setRAMBufferSizeMB(32)
                .setUseCompoundFile(false)
                .setMergePolicy(new TieredMergePolicy().setFloorSegmentMB(1).setMaxMergedSegmentMB(2048));
        this.writer = new IndexWriter(directory, config);
        this.searchers = new SearcherManager(writer, new SearcherFactory());
        this.committed = lastChange(writer.getLiveCommitData());
        this.applied = committed;
        this.visible = committed;
        this.log = new WriteAheadLog(folder.resolve("log"), committed, this::replay);
        checkpoint();
    }

    private void replay(long number, ByteBuffer change) throws IOException {
        try {
            updates.change(parsed(change)).apply(this, writer);
        } catch (StatusRuntimeException refused) {
            LOG.log(Level.FINE, "Change " + number + " was refused as it was at first", refused);
        } catch (AlreadyClosedException stopped) {
            throw stopped;
        } catch (RuntimeException failed) {
            // Whoever asked for it was told: it fails again as far as it had come.
            LOG.log(Level.WARNING, "Change " + number + " failed as it did at first", failed);
        }
        applied = number;
    }

    private static long lastChange(@Nullable Iterable<Map.Entry<String, String>> commit) {
        long number = 0;
        if (commit != null) {
            for (Map.Entry<String, String> entry : commit) {
                number = entry.getKey().equals(LAST_CHANGE) ? Long.parseLong(entry.getValue()) : number;
            }
        }
        return number;
    }

    private static PointsUpdateOperation parsed(ByteBuffer change) throws IOException {
        try {
            CodedInputStream in = CodedInputStream.newInstance(change);
            in.setRecursionLimit(DEEPEST_OPERATION);
            return PointsUpdateOperation.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("a change in the log that cannot be read", e);
        }
    }

    /**
     * Makes a change; from then on it is seen by readers and the changes after it, and survives the death of the
     * process.
     *
     * @return the change's number, for {@link #awaitDurable}
     */
    long change(PointsUpdateOperation operation) throws IOException {
        Change change = updates.change(operation);
        byte[] record = operation.toByteArray();
        changing.lock();
        try {
            long number = log.append(record);
            try {
                change.apply(this, writer);
            } finally {
                // What it did before it failed is seen, and is done again by a replay.
                applied = number;
            }
            return number;
        } finally {
            changing.unlock();
        }
    }

    /** Returns when the change is on the disk. */
    void awaitDurable(long number) throws IOException {
        log.force(number);
    }

    /** Brings to the disk what nobody waits for, and makes a checkpoint where one is due. */
    void maintain() throws IOException {
        log.force(log.last());
        if (log.bytes() > CHECKPOINT_BYTES) {
            checkpoint();
        }
    }

    /** Commits the index, so that nothing is left to replay. */
    void checkpoint() throws IOException {
        checkpoint(() -> {});
    }

    /** Commits the index, and does something before the next change. */
    void checkpoint(Settling settling) throws IOException {
        changing.lock();
        try {
            // The commit has to hold exactly the changes up to its number: not all bear being made twice.
            long upTo = applied;
            if (committed != upTo || writer.getLiveCommitData() == null) {
                writer.setLiveCommitData(
                        Map.of(LAST_CHANGE, Long.toString(upTo)).entrySet());
                writer.commit();
                committed = upTo;
                log.roll();
                log.deleteOlder();
            }
            settling.settle();
        } finally {
            changing.unlock();
        }
    }

    /** Reads everything that was changed before; within a {@link Change}, what is about to be changed. */
    <T> T read(Reading<T> reading) throws IOException {
        long upTo = applied;
        if (visible < upTo) {
            searchers.maybeRefreshBlocking();
            visible = upTo;
        }
        IndexSearcher searcher = searchers.acquire();
        try {
            return reading.read(searcher);
        } finally {
            searchers.release(searcher);
        }
    }

    /** Makes a checkpoint, and closes. */
    @Override
    public void close() throws IOException {
        try {
            checkpoint();
        } finally {
            discard();
        }
    }

    /** Closes as it is. The merges under way are broken off: they only tidy up, and start again at the next open. */
    void discard() throws IOException {
        changing.lock();
        try {
            IOUtils.close(searchers, writer::rollback, log, directory);
        } finally {
            changing.unlock();
        }
    }
}
