package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.ClusterFits;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Fits as objects of the bucket: {@code .winnow/clusters/{dataset}.json}. */
@ApplicationScoped
public class S3ClusterFits implements ClusterFits {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3ClusterFits(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void save(ClusterFit fit) {
        try {
            bucket.write(key(fit.dataset()), json.writeValueAsBytes(fit));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write the clusters of " + fit.dataset(), e);
        }
    }

    @Override
    public Optional<ClusterFit> find(String dataset) {
        return bucket.read(key(dataset)).map(content -> {
            try {
                return json.readValue(content, ClusterFit.class);
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable clusters of " + dataset, e);
            }
        });
    }

    private static String key(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "clusters/" + dataset + ".json";
    }
}
