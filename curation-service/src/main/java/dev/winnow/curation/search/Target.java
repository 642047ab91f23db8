package dev.winnow.curation.search;

import dev.winnow.curation.InvalidParameterException;
import java.util.List;
import java.util.UUID;

/** What to look for. */
public sealed interface Target {

    int MOST_EXAMPLES = 100;

    /**
     * Something of the dataset, or a vector.
     *
     * @see Like
     */
    sealed interface Example {

        /** Where the caller wrote it. */
        String field();

        record Stored(String field, UUID id) implements Example {}

        /** @param vector of the active model; its length does not matter */
        @SuppressWarnings("ArrayRecordComponent")
        record Given(String field, float[] vector) implements Example {}
    }

    /**
     * What is like some examples and unlike others.
     *
     * @param positive at least one
     */
    record Like(List<Example> positive, List<Example> negative) implements Target {
        public Like {
            positive = List.copyOf(positive);
            negative = List.copyOf(negative);
            if (positive.isEmpty() || positive.size() > MOST_EXAMPLES) {
                throw new InvalidParameterException(
                        "positive", "expected 1 to " + MOST_EXAMPLES + " examples, got " + positive.size());
            }
            if (negative.size() > MOST_EXAMPLES) {
                throw new InvalidParameterException(
                        "negative", "expected at most " + MOST_EXAMPLES + " examples, got " + negative.size());
            }
        }
    }

    /** What a text describes, where the active model embeds texts. */
    record Text(String text) implements Target {}

    /** What an image file looks like. */
    @SuppressWarnings("ArrayRecordComponent")
    record Upload(byte[] file) implements Target {}
}
