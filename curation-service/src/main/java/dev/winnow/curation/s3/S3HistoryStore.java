package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import dev.winnow.curation.objects.Concurrently;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * History as objects of the bucket that are never changed: {@code .winnow/history/{dataset}/{shard}/{time}-{unique}.jsonl},
 * an entry a line, where the shard of an image is the first two hex digits of its id. So what is written on many images
 * at once takes 256 objects at most, and to tell the history of one image a 256th part of it all is read.
 *
 * <p>Small objects of a shard are merged when a reader finds many. A merged object is there before those that it was made
 * of are deleted, so for a moment, or after a crash, a line may be there twice: equal lines count once.
 */
@ApplicationScoped
public class S3HistoryStore implements HistoryStore {

    private static final int SHARD_DIGITS = 2;
    private static final int READ_AT_ONCE = 32;
    private static final int ATTEMPTS = 20;

    /** As many small objects of a shard are merged. */
    private static final int MANY = 64;

    /** An object of that many bytes is not small, and a merged one is about as large. */
    private static final int LARGE = 1 << 20;

    private final S3Bucket bucket;
    private final ObjectMapper json;
    private final ObjectReader reader;

    S3HistoryStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
        // A newer version may have written more.
        this.reader = json.readerFor(HistoryEntry.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Override
    public void append(String dataset, List<HistoryEntry> entries) {
        Map<String, ByteArrayOutputStream> shards = new TreeMap<>();
        for (HistoryEntry entry : entries) {
            ByteArrayOutputStream lines =
                    shards.computeIfAbsent(shard(dataset, entry.image()), shard -> new ByteArrayOutputStream());
            lines.writeBytes(bytes(entry));
            lines.write('\n');
        }
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        Concurrently.map(List.copyOf(shards.entrySet()), shard -> {
            String name = "%016x-%s.jsonl".formatted(micros, UUID.randomUUID());
            bucket.write(shard.getKey() + name, shard.getValue().toByteArray());
            return name;
        });
    }

    @Override
    public List<HistoryEntry> of(String dataset, ImageId image) {
        String shard = shard(dataset, image);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<List<HistoryEntry>> entries = read(shard, image);
            if (entries.isPresent()) {
                return entries.get();
            }
        }
        throw new DependencyUnavailableException("S3", new IOException("the history is being merged all the time"));
    }

    /** Empty if objects were merged while they were read: then they are to be listed again. */
    private Optional<List<HistoryEntry>> read(String shard, ImageId image) {
        String id = image.toString();
        List<String> keys = ImmutableList.copyOf(bucket.list(shard));
        List<String> small = new ArrayList<>();
        Set<String> lines = new LinkedHashSet<>();
        for (List<String> part : Lists.partition(keys, READ_AT_ONCE)) {
            List<Optional<byte[]>> contents = Concurrently.map(part, bucket::read);
            for (int i = 0; i < part.size(); i++) {
                byte[] content = contents.get(i).orElse(null);
                if (content == null) {
                    return Optional.empty();
                }
                if (content.length < LARGE) {
                    small.add(part.get(i));
                }
                new String(content, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.contains(id))
                        .forEach(lines::add);
            }
        }
        if (small.size() >= MANY) {
            merge(shard, small);
        }
        List<HistoryEntry> entries = new ArrayList<>();
        for (String line : lines) {
            HistoryEntry entry = entry(line);
            // A label may look like an id.
            if (entry.image().equals(image)) {
                entries.add(entry);
            }
        }
        // Stable: of one time, as they were written.
        entries.sort(Comparator.comparing(HistoryEntry::at));
        return Optional.of(entries.reversed());
    }

    /** Makes large objects of small ones, in the order of their times. Whoever finds one gone leaves the rest to whoever merges it. */
    private void merge(String shard, List<String> keys) {
        Set<String> lines = new LinkedHashSet<>();
        List<String> merged = new ArrayList<>();
        long size = 0;
        for (String key : keys) {
            byte[] content = bucket.read(key).orElse(null);
            if (content == null) {
                return;
            }
            new String(content, StandardCharsets.UTF_8).lines().forEach(lines::add);
            merged.add(key);
            size += content.length;
            if (size >= LARGE || key.equals(keys.getLast())) {
                replace(shard, merged, lines);
                lines.clear();
                merged.clear();
                size = 0;
            }
        }
    }

    private void replace(String shard, List<String> keys, Set<String> lines) {
        if (keys.size() < 2) {
            return;
        }
        // Named after what it was made of: who merges the same objects writes the same one.
        UUID unique = UUID.nameUUIDFromBytes(String.join("\n", keys).getBytes(StandardCharsets.UTF_8));
        String time = keys.getFirst().substring(shard.length()).split("-", 2)[0];
        bucket.write(
                shard + time + "-" + unique + ".jsonl",
                (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        Concurrently.map(keys, key -> {
            bucket.delete(key);
            return key;
        });
    }

    private HistoryEntry entry(String line) {
        try {
            return reader.readValue(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("unreadable history", e);
        }
    }

    private byte[] bytes(HistoryEntry entry) {
        try {
            return json.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write history", e);
        }
    }

    private static String shard(String dataset, ImageId image) {
        return ObjectKey.RESERVED_PREFIX + "history/" + dataset + "/"
                + image.toString().substring(0, SHARD_DIGITS) + "/";
    }
}
