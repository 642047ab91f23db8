package dev.winnow.curation.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.contract.EventJson;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.objects.Categories;
import dev.winnow.curation.objects.ConcurrentEditException;
import dev.winnow.curation.objects.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Boxes as objects of the bucket: {@code .winnow/objects/{dataset}/{image id}.json} for each image, and {@code
 * .winnow/categories/{dataset}.json}.
 */
@ApplicationScoped
public class S3ObjectStore implements ObjectStore {

    private final S3Bucket bucket;
    private final ObjectMapper json;

    S3ObjectStore(S3Bucket bucket, ObjectMapper json) {
        this.bucket = bucket;
        this.json = json;
    }

    @Override
    public Optional<Stored> find(String dataset, ImageId image) {
        String key = ImageObjects.storedAt(dataset, image);
        return bucket.readTagged(key).map(found -> {
            try {
                return new Stored(EventJson.read(found.content(), ImageObjects.class), found.etag());
            } catch (IOException e) {
                throw new UncheckedIOException("unreadable boxes at " + key, e);
            }
        });
    }

    @Override
    public String write(ImageObjects objects) {
        return bucket.write(key(objects), EventJson.write(objects));
    }

    @Override
    public String replace(ImageObjects objects, @Nullable String etag) {
        return bucket.replace(key(objects), EventJson.write(objects), etag).orElseThrow(ConcurrentEditException::new);
    }

    @Override
    public Iterator<ImageId> list(String dataset) {
        Iterator<String> keys = bucket.list(ImageObjects.prefix(dataset));
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return keys.hasNext();
            }

            @Override
            public ImageId next() {
                return ImageObjects.imageOf(dataset, keys.next());
            }
        };
    }

    @Override
    public Categories categories(String dataset) {
        return bucket.read(categoriesKey(dataset))
                .map(content -> {
                    try {
                        return json.readValue(content, Categories.class);
                    } catch (IOException e) {
                        throw new UncheckedIOException("unreadable categories of " + dataset, e);
                    }
                })
                .orElse(Categories.NONE);
    }

    @Override
    public void saveCategories(String dataset, Categories categories) {
        try {
            bucket.write(categoriesKey(dataset), json.writeValueAsBytes(categories));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write categories", e);
        }
    }

    private static String key(ImageObjects objects) {
        return ImageObjects.storedAt(objects.dataset(), ImageId.of(objects.key()));
    }

    private static String categoriesKey(String dataset) {
        return ObjectKey.RESERVED_PREFIX + "categories/" + dataset + ".json";
    }
}
