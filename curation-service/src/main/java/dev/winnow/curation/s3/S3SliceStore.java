package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.io.FileSystemInputFile;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.slices.CloseableIterator;
import dev.winnow.curation.slices.Slice;
import dev.winnow.curation.slices.SliceName;
import dev.winnow.curation.slices.SliceNote;
import dev.winnow.curation.slices.SliceStore;
import dev.winnow.curation.slices.SliceVersion;
import dev.winnow.curation.slices.SlicedImage;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.io.InputFile;
import org.jspecify.annotations.Nullable;

/**
 * Slices as objects of the bucket, {@code .winnow/slices/{dataset}/{name}/{version}.parquet}, each written once. {@code
 * retired.json} beside them says which versions a deleted slice had.
 */
@ApplicationScoped
public class S3SliceStore implements SliceStore {

    private static final Pattern VERSION = Pattern.compile("([^/]+)/([1-9][0-9]{0,8})\\.parquet");
    /** Behind everything that a slice has, and before the next one's. */
    private static final String LAST = "/~";

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3SliceStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    /** @param last the highest version there was */
    private record Retired(int last, Instant at) {}

    @Override
    public List<Integer> versions(SliceName slice) {
        List<Integer> versions = new ArrayList<>();
        String prefix = prefix(slice.dataset());
        bucket.list(prefix + slice.name() + "/").forEachRemaining(key -> {
            Matcher version = VERSION.matcher(key.substring(prefix.length()));
            if (version.matches()) {
                versions.add(Integer.parseInt(version.group(2)));
            }
        });
        versions.sort(null);
        return versions;
    }

    @Override
    public int retired(SliceName slice) {
        return bucket.read(retiredKey(slice))
                .map(content -> {
                    try {
                        return json.readValue(content, Retired.class).last;
                    } catch (IOException e) {
                        throw new UncheckedIOException("unreadable " + retiredKey(slice), e);
                    }
                })
                .orElse(0);
    }

    @Override
    public List<SliceVersion> latest(String dataset, @Nullable String after, int limit) {
        String prefix = prefix(dataset);
        List<SliceVersion> latest = new ArrayList<>();
        Iterator<String> keys = bucket.list(prefix, after == null ? "" : prefix + after + LAST);
        while (keys.hasNext()) {
            Matcher key = VERSION.matcher(keys.next().substring(prefix.length()));
            if (!key.matches()) {
                continue;
            }
            SliceVersion version = new SliceName(dataset, key.group(1)).at(Integer.parseInt(key.group(2)));
            SliceVersion before = latest.isEmpty() ? null : latest.getLast();
            if (before == null || !before.name().equals(version.name())) {
                if (latest.size() == limit) {
                    return latest;
                }
                latest.add(version);
            } else if (before.version() < version.version()) {
                latest.set(latest.size() - 1, version);
            }
        }
        return latest;
    }

    @Override
    public Optional<Slice> find(SliceVersion version) {
        Optional<InputFile> file = input(version);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SliceFile.head(version, file.get(), json));
        } catch (NotFoundException deletedMeanwhile) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("unreadable slice " + key(version), e);
        }
    }

    @Override
    public CloseableIterator<SlicedImage> open(SliceVersion version, @Nullable ImageId from) {
        return SliceFile.images(input(version).orElseThrow(() -> new NotFoundException("slice", version)), from);
    }

    private Optional<InputFile> input(SliceVersion version) {
        OptionalLong size = bucket.size(key(version));
        return size.isPresent()
                ? Optional.of(new ObjectInput(bucket, key(version), size.getAsLong()))
                : Optional.empty();
    }

    @Override
    public InputStream file(SliceVersion version) {
        return bucket.open(key(version)).orElseThrow(() -> new NotFoundException("slice", version));
    }

    @Override
    public void delete(SliceName slice, int last) {
        try {
            bucket.write(
                    retiredKey(slice),
                    json.writeValueAsBytes(new Retired(Math.max(last, retired(slice)), Instant.now())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + retiredKey(slice), e);
        }
        versions(slice).stream()
                .filter(version -> version <= last)
                .forEach(version -> bucket.delete(key(slice.at(version))));
    }

    @Override
    public Draft draft(SliceNote note) {
        try {
            return new FileDraft(note);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a slice", e);
        }
    }

    /** A version in a file of this machine. */
    private final class FileDraft implements Draft {

        private final Path file;
        private final CarpetWriter<SlicedImage> writer;
        private long images;

        FileDraft(SliceNote note) throws IOException {
            file = Files.createTempFile("winnow-slice", ".parquet");
            try {
                writer = SliceFile.write(new BufferedOutputStream(Files.newOutputStream(file)), note, json);
            } catch (IOException | RuntimeException e) {
                Files.delete(file);
                throw e;
            }
        }

        @Override
        public void add(SlicedImage image) {
            try {
                writer.write(image);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write a slice", e);
            }
            images++;
        }

        @Override
        public long complete() {
            try {
                writer.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write a slice", e);
            }
            return images;
        }

        @Override
        public CloseableIterator<SlicedImage> images() {
            return SliceFile.images(new FileSystemInputFile(file.toFile()), null);
        }

        @Override
        public boolean save(SliceVersion version) {
            return bucket.create(key(version), file, SliceFile.MEDIA_TYPE);
        }

        @Override
        public void close() {
            try {
                writer.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static String prefix(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "slices/" + dataset + "/";
    }

    private static String key(SliceVersion version) {
        return prefix(version.dataset()) + version.name() + "/" + version.version() + ".parquet";
    }

    private static String retiredKey(SliceName slice) {
        return prefix(slice.dataset()) + slice.name() + "/retired.json";
    }
}
