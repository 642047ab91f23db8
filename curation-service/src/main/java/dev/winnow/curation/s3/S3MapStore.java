package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.map.DatasetMap;
import dev.winnow.curation.map.MapStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Maps as objects of the bucket: {@code .winnow/maps/{dataset}.json}. */
@ApplicationScoped
public class S3MapStore implements MapStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3MapStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void save(DatasetMap map) {
        try {
            bucket.write(key(map.dataset()), json.writeValueAsBytes(map));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a map", e);
        }
    }

    @Override
    public Optional<DatasetMap> find(String dataset) {
        return bucket.read(key(dataset)).map(map -> {
            try {
                return json.readValue(map, DatasetMap.class);
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable map of dataset " + dataset, e);
            }
        });
    }

    private static String key(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "maps/" + dataset + ".json";
    }
}
