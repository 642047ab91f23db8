package dev.winnow.curation.objects;

import com.google.common.collect.Iterators;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ImageObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The boxes of a whole dataset, a part of it at a time. */
@ApplicationScoped
public class AnnotatedImages {

    private static final int PART = 200;

    private final ObjectStore store;

    public AnnotatedImages(ObjectStore store) {
        this.store = store;
    }

    /** Hands over the boxes of every annotated image, in the order of their ids; an image may have gone from the index. */
    public void forEach(String dataset, BiConsumer<ImageId, ImageObjects> consumer) {
        Iterator<List<ImageId>> parts = Iterators.partition(store.list(dataset), PART);
        while (parts.hasNext()) {
            List<ImageId> images = parts.next();
            List<Optional<ObjectStore.Stored>> stored = Concurrently.map(images, image -> store.find(dataset, image));
            for (int i = 0; i < images.size(); i++) {
                ImageId image = images.get(i);
                stored.get(i).ifPresent(found -> consumer.accept(image, found.objects()));
            }
        }
    }
}
