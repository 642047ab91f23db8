package dev.winnow.localstack.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the topic of every change once, in their order. What was told up to is noted in a file; of what follows, after
 * a start or a failure, the topic itself is asked which it has.
 */
final class ChangeRelay implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ChangeRelay.class.getName());
    private static final int BATCH = 500;
    private static final long RETRY_MILLIS = 1000;

    /** Makes sure that a change is on the disk before anybody hears of it. */
    interface Sync {
        void sync() throws IOException;
    }

    private final FileChannel mark;
    private final long toldUpTo;
    private final BlockingQueue<Change.Told> untold = new LinkedBlockingQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** Opens the note, a file that is created where missing. */
    ChangeRelay(Path note) throws IOException {
        long read = 0;
        if (Files.exists(note) && Files.size(note) > 0) {
            try {
                read = Long.parseLong(Files.readString(note), 16);
            } catch (NumberFormatException torn) {
                LOG.log(
                        Level.WARNING,
                        "The note of the S3 events told cannot be read; the topic is asked for all",
                        torn);
            }
        }
        this.toldUpTo = read;
        this.mark = FileChannel.open(note, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** The number of the last change that was certainly told before the start, or 0. */
    long toldUpTo() {
        return toldUpTo;
    }

    /** To be called in the order of the changes. */
    void add(Change.Told change) {
        untold.add(change);
    }

    /** Starts with what was added until now, of which the topic may have been told already. */
    void start(Supplier<ObjectChangeTopic> topics, Sync sync) {
        List<Change.Told> inQuestion = new ArrayList<>();
        untold.drainTo(inQuestion);
        thread = Thread.ofPlatform().daemon().name("s3-events").start(() -> run(topics, sync, inQuestion));
    }

    private void run(Supplier<ObjectChangeTopic> topics, Sync sync, List<Change.Told> inQuestion) {
        try {
            while (stopped.getCount() > 0) {
                try (ObjectChangeTopic topic = topics.get()) {
                    relay(topic, sync, inQuestion);
                } catch (IOException | ExecutionException | RuntimeException e) {
                    if (stopped.getCount() > 0) {
                        LOG.log(Level.WARNING, "S3 events are still to be told: " + inQuestion.size(), e);
                    }
                }
                var unused = stopped.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param inQuestion what may have been told or not; on return with an exception, the same again */
    private void relay(ObjectChangeTopic topic, Sync sync, List<Change.Told> inQuestion)
            throws IOException, ExecutionException, InterruptedException {
        if (!inQuestion.isEmpty()) {
            Set<Long> told = topic.toldSince(
                    inQuestion.stream().mapToLong(Change.Told::time).min().orElseThrow());
            inQuestion.removeIf(change -> told.contains(change.number()));
        }
        while (true) {
            if (inQuestion.isEmpty()) {
                inQuestion.add(untold.take());
                untold.drainTo(inQuestion, BATCH - 1);
            }
            sync.sync();
            topic.publish(inQuestion);
            note(inQuestion.getLast().number());
            inQuestion.clear();
        }
    }

    private void note(long number) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(String.format("%016X", number).getBytes(StandardCharsets.US_ASCII));
        var unused = mark.write(text, 0);
    }

    @Override
    public void close() throws IOException {
        stopped.countDown();
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        mark.close();
    }
}
