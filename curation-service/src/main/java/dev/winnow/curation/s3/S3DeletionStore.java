package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.slices.Deletion;
import dev.winnow.curation.slices.DeletionStore;
import dev.winnow.curation.slices.SliceName;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Deletions as objects of the bucket, {@code .winnow/deletions/{dataset}/{slice}/{token}.json}: who asked for what stays there. */
@ApplicationScoped
public class S3DeletionStore implements DeletionStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3DeletionStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void add(Deletion.Asked asked) {
        if (bucket.replace(key(asked.order()), bytes(asked), null).isEmpty()) {
            throw new IllegalStateException("there is a deletion of this token already");
        }
    }

    @Override
    public Optional<Stored> find(SliceName slice, String token) {
        return bucket.readTagged(key(slice.dataset(), slice.name(), token)).map(found -> {
            try {
                return new Stored(json.readValue(found.content(), Deletion.class), found.etag());
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable deletion of " + slice, e);
            }
        });
    }

    @Override
    public boolean replace(Deletion deletion, String version) {
        return bucket.replace(key(deletion.order()), bytes(deletion), version).isPresent();
    }

    private byte[] bytes(Deletion deletion) {
        try {
            // By its interface, so that the state is written too.
            return json.writerFor(Deletion.class).writeValueAsBytes(deletion);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a deletion", e);
        }
    }

    private static String key(Deletion.Order order) {
        return key(order.dataset(), order.slice(), order.token());
    }

    private static String key(String dataset, String slice, String token) {
        return ObjectKey.RESERVED_PREFIX + "deletions/" + dataset + "/" + slice + "/" + token + ".json";
    }
}
