package dev.winnow.curation.s3;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.Adapter;
import dev.winnow.contract.EventJson;
import dev.winnow.curation.adapter.AdapterStore;
import dev.winnow.curation.adapter.TrainedAdapter;
import jakarta.enterprise.context.ApplicationScoped;

/** Adapters as objects of the bucket, where {@link Adapter} says. */
@ApplicationScoped
public class S3AdapterStore implements AdapterStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3AdapterStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public void save(TrainedAdapter adapter, String dataset, Object training) {
        ObjectNode kept = json.valueToTree(training);
        Adapter described = adapter.described(dataset, kept);
        bucket.write(Adapter.graphKey(described.id()), adapter.graph());
        bucket.write(Adapter.key(described.id()), EventJson.write(described));
    }
}
