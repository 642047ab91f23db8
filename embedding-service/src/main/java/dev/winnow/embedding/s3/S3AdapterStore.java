package dev.winnow.embedding.s3;

import dev.winnow.contract.Adapter;
import dev.winnow.contract.EventJson;
import dev.winnow.embedding.AdapterStore;
import dev.winnow.embedding.ImageStore;
import dev.winnow.embedding.UnusableModelException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;

/** Adapters as the curation service keeps them in the bucket. */
@ApplicationScoped
public class S3AdapterStore implements AdapterStore {

    private static final int MAX_DESCRIPTION_BYTES = 4 << 20;

    private final S3ImageStore bucket;

    S3AdapterStore(S3ImageStore bucket) {
        this.bucket = bucket;
    }

    @Override
    public Optional<StoredAdapter> find(String id) {
        if (!Adapter.isId(id)) {
            return Optional.empty();
        }
        Optional<byte[]> description = read(Adapter.key(id), MAX_DESCRIPTION_BYTES);
        if (description.isEmpty()) {
            return Optional.empty();
        }
        try {
            Adapter adapter = EventJson.read(description.get(), Adapter.class);
            if (!adapter.id().equals(id)) {
                throw new UnusableModelException("what is stored as adapter " + id + " is " + adapter.id());
            }
            byte[] graph = read(Adapter.graphKey(id), Adapter.MAX_GRAPH_BYTES)
                    .orElseThrow(() -> new UnusableModelException("adapter " + id + " has no graph in the bucket"));
            return Optional.of(new StoredAdapter(adapter, graph));
        } catch (IOException e) {
            throw new UnusableModelException("adapter " + id + " is unreadable: " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> read(String key, int limit) {
        Optional<ImageStore.StoredImage> found = bucket.open(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (ImageStore.StoredImage stored = found.get()) {
            if (stored.bytes() > limit) {
                throw new UnusableModelException(key + " has " + stored.bytes() + " bytes, expected at most " + limit);
            }
            return Optional.of(stored.read());
        }
    }
}
