package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.JobStore;
import dev.winnow.curation.tasks.TaskResult;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Jobs as objects of the bucket: {@code .winnow/jobs/{id}/state.json}, {@code result.json} and {@code cancel}. Beside them
 * two lists of empty objects a dataset: {@code .winnow/jobs-of/{dataset}/all/{place}}, where a place sorts the newest
 * first, and {@code .winnow/jobs-of/{dataset}/open/{id}} of those that have not finished.
 */
@ApplicationScoped
public class S3JobStore implements JobStore {

    private static final byte[] NOTHING = new byte[0];

    /** Microseconds left until the end of time, and the id: keys are listed in ascending order. */
    private static final Pattern PLACE =
            Pattern.compile("[0-9a-f]{16}-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3JobStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void save(CurationJob job) {
        CurationJob.Order order = job.order();
        // The state first: whatever a list names can be read.
        bucket.write(key(order.id(), "state.json"), bytes(job));
        switch (job) {
            case CurationJob.Queued queued -> {
                bucket.write(all(order.dataset()) + place(order), NOTHING);
                bucket.write(open(order), NOTHING);
            }
            case CurationJob.Running running -> {}
            case CurationJob.Finished finished -> bucket.delete(open(order));
        }
    }

    @Override
    public Optional<CurationJob> find(UUID id) {
        return bucket.read(key(id, "state.json")).map(state -> {
            try {
                return json.readValue(state, CurationJob.class);
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable state of job " + id, e);
            }
        });
    }

    @Override
    public List<CurationJob.Open> open(String dataset) {
        List<CurationJob.Open> jobs = new ArrayList<>();
        String prefix = of(dataset) + "open/";
        for (Iterator<String> keys = bucket.list(prefix); keys.hasNext(); ) {
            String key = keys.next();
            if (find(UUID.fromString(key.substring(prefix.length()))).orElse(null) instanceof CurationJob.Open job) {
                jobs.add(job);
            } else {
                // Its service died between two writes.
                bucket.delete(key);
            }
        }
        return jobs;
    }

    @Override
    public Page list(String dataset, int limit, @Nullable String after) {
        if (after != null && !PLACE.matcher(after).matches()) {
            throw new InvalidParameterException("cursor", "expected the next_cursor of a list of jobs");
        }
        String prefix = all(dataset);
        Iterator<String> keys = bucket.list(prefix, after == null ? "" : prefix + after);
        List<CurationJob> jobs = new ArrayList<>();
        String last = null;
        while (keys.hasNext() && jobs.size() < limit) {
            last = keys.next().substring(prefix.length());
            find(id(last)).ifPresent(jobs::add);
        }
        return new Page(jobs, keys.hasNext() ? last : null);
    }

    @Override
    public void requestCancel(UUID id) {
        bucket.write(key(id, "cancel"), NOTHING);
    }

    @Override
    public boolean isCancelRequested(UUID id) {
        return bucket.read(key(id, "cancel")).isPresent();
    }

    @Override
    public void saveResult(UUID id, TaskResult result) {
        bucket.write(key(id, "result.json"), bytes(result));
    }

    @Override
    public Optional<InputStream> openResult(UUID id) {
        return bucket.open(key(id, "result.json"));
    }

    private byte[] bytes(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName(), e);
        }
    }

    private static String key(UUID id, String name) {
        return ObjectKey.RESERVED_PREFIX + "jobs/" + id + "/" + name;
    }

    private static String of(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "jobs-of/" + dataset + "/";
    }

    private static String all(String dataset) {
        return of(dataset) + "all/";
    }

    private static String open(CurationJob.Order order) {
        return of(order.dataset()) + "open/" + order.id();
    }

    private static String place(CurationJob.Order order) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, order.submittedAt());
        return "%016x-%s".formatted(Long.MAX_VALUE - micros, order.id());
    }

    private static UUID id(String place) {
        return UUID.fromString(place.substring(place.length() - 36));
    }
}
