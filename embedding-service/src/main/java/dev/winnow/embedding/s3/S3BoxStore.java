package dev.winnow.embedding.s3;

import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import dev.winnow.embedding.BoxStore;
import dev.winnow.embedding.ImageStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;

/** Boxes as the curation service keeps them in the bucket. */
@ApplicationScoped
public class S3BoxStore implements BoxStore {

    private final S3ImageStore bucket;

    S3BoxStore(S3ImageStore bucket) {
        this.bucket = bucket;
    }

    @Override
    public Optional<StoredBoxes> find(ObjectKey image) throws UnreadableBoxesException {
        String key = key(image);
        Optional<ImageStore.StoredImage> found = bucket.open(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (ImageStore.StoredImage stored = found.get()) {
            ImageObjects objects = EventJson.read(stored.read(), ImageObjects.class);
            if (!objects.key().equals(image)) {
                throw new IOException("they are of " + objects.key());
            }
            return Optional.of(new StoredBoxes(objects, stored.etag()));
        } catch (IOException e) {
            throw new UnreadableBoxesException("unreadable at " + key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean hasAny(String dataset) {
        return bucket.hasAny(ImageObjects.prefix(dataset));
    }

    @Override
    public void remove(ObjectKey image) {
        bucket.remove(key(image));
    }

    private static String key(ObjectKey image) {
        return ImageObjects.storedAt(image.dataset(), ImageId.of(image));
    }
}
