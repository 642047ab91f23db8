package dev.winnow.curation.index;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The images' vectors and payloads. Every question is about one dataset; the implementation adds that condition in one
 * place, so that no caller can see another tenant's images. Boxes are no images: {@link ObjectIndex}. While no worker has created a collection, every dataset is
 * empty.
 */
public interface VectorIndex {

    /** The order that ids come in, here and in the bucket's lists: of unsigned numbers, which is that of their text. */
    Comparator<UUID> ID_ORDER = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    /** The model whose vectors are served; empty while there is none. */
    Optional<String> model();

    /**
     * The vectors of one model, whichever is served meanwhile: who asks several questions must not have them answered by two
     * models. Empty unless the model is the one served, or the one before it, from which a change may just have led away.
     */
    Optional<VectorIndex> of(String model);

    /** One model's vectors. */
    record Served(String model, VectorIndex index) {}

    /** The model served now and its vectors, for all questions that belong together; empty while there is none. */
    Optional<Served> served();

    /** The vectors of images or of boxes, to be searched by similarity. */
    SimilarityIndex among(Kind kind);

    /** The boxes of the same vectors. */
    ObjectIndex objects();

    /** The dimension of the vectors served; 0 while there is none. */
    int dimension();

    /** How many images each dataset has. */
    SortedMap<String, Long> datasets();

    /** How many images of a dataset match. */
    long count(String dataset, Filter filter);

    /** An image and its vector. */
    record Embedded(DatasetImage image, float[] vector) {}

    /** An image by its id, if it is one of the dataset. */
    Optional<Embedded> find(String dataset, ImageId id);

    /** Those of the ids that are images of the dataset. */
    List<ImageId> existing(String dataset, Collection<ImageId> ids);

    /** Those of the ids that are images of the dataset, with what the index knows of them. */
    List<DatasetImage> images(String dataset, Collection<ImageId> ids);

    /** Those of the ids that are images of the dataset, with their vectors. */
    List<Embedded> embedded(String dataset, Collection<ImageId> ids);

    /** A page of images in the order of their ids. */
    record Page(List<DatasetImage> images, @Nullable ImageId next) {}

    /** The page that begins with {@code from}, or the first one. */
    Page page(String dataset, Filter filter, int limit, @Nullable ImageId from);

    /** Hands over every matching image with its vector, in the order of their ids. */
    void scan(String dataset, Filter filter, Consumer<Embedded> consumer);

    /**
     * What to write on some images; their other keys stay.
     *
     * @param values by payload key: texts, numbers or lists of texts
     * @param removed keys to take away
     */
    record Change(Collection<ImageId> ids, Map<String, ?> values, Set<String> removed) {

        public Change(Collection<ImageId> ids, Map<String, ?> values) {
            this(ids, values, Set.of());
        }
    }

    /** Applies changes in their order. Ids that are no images of the dataset are passed over. */
    void apply(String dataset, List<Change> changes);

    /**
     * How lists of one image change, where that depends on what is there.
     *
     * @param lists by payload key
     * @param values what to write together with the lists
     * @param removed keys to take away together with that
     */
    record Edit(ImageId id, Map<String, ListChange> lists, Map<String, ?> values, Set<String> removed) {}

    /**
     * Applies edits, each of another image. Whoever edits the same lists at the same time, nothing that one of them adds or
     * takes is lost; of two that come to the same lists, one's values are written. Ids that are no images of the dataset are
     * passed over.
     */
    void edit(String dataset, List<Edit> edits);
}
