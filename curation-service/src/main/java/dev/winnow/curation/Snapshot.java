package dev.winnow.curation;

import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.vectors.Vectors;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All images of a dataset and their vectors, row by row, in the order of their ids: what an algorithm works on.
 *
 * @param model the model that made the vectors
 */
public record Snapshot(String dataset, String model, List<DatasetImage> images, Vectors vectors, Watermark watermark) {

    public Snapshot {
        images = List.copyOf(images);
        if (images.size() != vectors.size()) {
            throw new IllegalArgumentException(images.size() + " images, " + vectors.size() + " vectors");
        }
    }

    public int size() {
        return images.size();
    }

    /** The same without the images that somebody decided to drop. */
    public Snapshot withoutDropped() {
        int[] rows = IntStream.range(0, size())
                .filter(row -> !image(row).is(Verdict.DROP))
                .toArray();
        return rows.length == size()
                ? this
                : new Snapshot(
                        dataset,
                        model,
                        IntStream.of(rows).mapToObj(this::image).toList(),
                        vectors.select(rows),
                        watermark);
    }

    /** The image of a row. */
    public DatasetImage image(int row) {
        return images.get(row);
    }
}
