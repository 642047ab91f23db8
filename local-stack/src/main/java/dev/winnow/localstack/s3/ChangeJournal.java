package dev.winnow.localstack.s3;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers which changes of objects have begun and are not yet acknowledged by the topic: one small file for each,
 * there from before the object is touched until the topic has the event. What a killed process leaves here is what
 * may have happened untold.
 */
final class ChangeJournal {

    /** A change about to be made. */
    record Intent(String name, String bucket, String key, String sequencer) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final AtomicLong lastSequencer = new AtomicLong();

    ChangeJournal(Path folder) {
        this.folder = folder;
    }

    /** Writes down that the change is about to be made. */
    Intent begin(String name, String bucket, String key) throws IOException {
        Intent intent = new Intent(name, bucket, key, nextSequencer());
        Path written = folder.resolve(intent.sequencer() + ".tmp");
        Files.write(written, JSON.writeValueAsBytes(intent));
        Files.move(written, file(intent), StandardCopyOption.ATOMIC_MOVE);
        return intent;
    }

    /** Forgets the change: the topic has it, or it was not made. */
    void end(Intent intent) throws IOException {
        Files.deleteIfExists(file(intent));
    }

    /** What an earlier process began and did not end, oldest first. */
    List<Intent> unfinished() throws IOException {
        List<Intent> intents = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".json")) {
                    intents.add(JSON.readValue(file.toFile(), Intent.class));
                } else {
                    Files.delete(file);
                }
            }
        }
        return intents;
    }

    private Path file(Intent intent) {
        return folder.resolve(intent.sequencer() + ".json");
    }

    /** Nanoseconds since the epoch, never the same twice, as MinIO writes them. */
    private String nextSequencer() {
        Instant now = Instant.now();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return String.format("%016X", lastSequencer.accumulateAndGet(nanos, (last, next) -> Math.max(last + 1, next)));
    }
}
