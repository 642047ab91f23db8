package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.duplicates.DecisionStore;
import dev.winnow.curation.duplicates.Decisions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Decisions as one object of the bucket for each dataset, {@code .winnow/duplicates/{dataset}.json}, replaced by conditional writes. */
@ApplicationScoped
public class S3DecisionStore implements DecisionStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3DecisionStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public Stored find(String dataset) {
        return bucket.readTagged(key(dataset))
                .map(found -> {
                    try {
                        return new Stored(json.readValue(found.content(), Decisions.class), found.etag());
                    } catch (IOException e) {
                        throw new UncheckedIOException("unreadable decisions of " + dataset, e);
                    }
                })
                .orElse(new Stored(Decisions.NONE, null));
    }

    @Override
    public boolean replace(String dataset, Decisions decisions, @Nullable String version) {
        try {
            return bucket.replace(key(dataset), json.writeValueAsBytes(decisions), version)
                    .isPresent();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write decisions", e);
        }
    }

    private static String key(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "duplicates/" + dataset + ".json";
    }
}
