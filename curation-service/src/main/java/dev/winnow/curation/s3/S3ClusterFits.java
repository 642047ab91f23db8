package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.clusters.ClusterFit;
import dev.winnow.curation.clusters.ClusterFits;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Fits as objects of the bucket: {@code .winnow/clusters/{dataset}.json}. Those asked for last are kept, and read again once
 * their entity tag is another one.
 */
@ApplicationScoped
public class S3ClusterFits implements ClusterFits {

    /** A fit of a million images is 28 MB. */
    private static final int KEPT = 4;

    private final S3Bucket bucket;
    private final ObjectMapper json;

    @SuppressWarnings("serial") // Never written anywhere.
    private final Map<String, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > KEPT;
        }
    });

    private record Known(String etag, ClusterFit fit) {}

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
        Known kept = known.get(dataset);
        if (kept != null && bucket.etag(key(dataset)).filter(kept.etag::equals).isPresent()) {
            return Optional.of(kept.fit);
        }
        return bucket.readTagged(key(dataset)).map(found -> {
            try {
                ClusterFit fit = json.readValue(found.content(), ClusterFit.class);
                known.put(dataset, new Known(found.etag(), fit));
                return fit;
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable clusters of " + dataset, e);
            }
        });
    }

    private static String key(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "clusters/" + dataset + ".json";
    }
}
