package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.jobs.CurationJob;
import dev.winnow.curation.jobs.JobStore;
import dev.winnow.curation.tasks.TaskResult;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;

/** Jobs as objects of the bucket: {@code .winnow/jobs/{id}/state.json}, {@code result.json} and {@code cancel}. */
@ApplicationScoped
public class S3JobStore implements JobStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3JobStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void save(CurationJob job) {
        bucket.write(key(job.order().id(), "state.json"), bytes(job));
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
    public void requestCancel(UUID id) {
        bucket.write(key(id, "cancel"), new byte[0]);
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
}
