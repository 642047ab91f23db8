package dev.winnow.contract;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/** What the curation service noticed of an image, for whoever keeps datasets in order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({@JsonSubTypes.Type(value = CurationEvent.SplitBridged.class, name = "SplitBridged")})
public sealed interface CurationEvent {

    /** The image's id, also the record's key. */
    ImageId image();

    /** The dataset of the object's key. */
    String dataset();

    /** The path of the object's key. */
    String path();

    /** When it was noticed. */
    Instant at();

    /**
     * An image that was embedded shows the same as images of two splits or more, so that one of them would know the other through it.
     * Published again whenever the image is looked at again and still does.
     *
     * @param model the model by whose vectors the images were compared
     * @param splits the splits that it ties together, its own among them if it has one, in the order of the alphabet; two or more
     * @param neighbours the images that it is near to, the most similar first; of each split a few
     */
    record SplitBridged(
            ImageId image,
            String dataset,
            String path,
            String model,
            List<String> splits,
            List<Neighbour> neighbours,
            Instant at)
            implements CurationEvent {

        public SplitBridged {
            requireNonNull(image, "image");
            requireNonNull(dataset, "dataset");
            requireNonNull(path, "path");
            requireNonNull(model, "model");
            requireNonNull(at, "at");
            splits = List.copyOf(splits);
            neighbours = List.copyOf(neighbours);
            if (splits.size() < 2) {
                throw new IllegalArgumentException("expected two splits or more, got " + splits);
            }
        }
    }

    /**
     * An image near to the one an event is about.
     *
     * @param similarity cosine similarity of the two, −1 to 1
     */
    record Neighbour(ImageId image, String path, String split, double similarity) {
        public Neighbour {
            requireNonNull(image, "image");
            requireNonNull(path, "path");
            requireNonNull(split, "split");
        }
    }
}
