package dev.winnow.curation.map;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.Kind;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.index.VectorIndex;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an image belongs that was not there when the map was drawn. On a PCA it is projected. On a UMAP it lies at the
 * mean of its nearest images on the map, weighted by how strongly it belongs to each ({@link SmoothKernel}): the place at
 * which the transform of McInnes, Healy and Melville begins. Nothing else moves, so the same image has the same place
 * whatever else arrives.
 *
 * @param drawn the images on the map that are as they were
 * @param limit how many of its nearest are asked for; those that are not on the map are passed over
 * @param exact whether they are found by comparing every image
 */
record Placement(
        String dataset,
        DatasetMap map,
        Map<ImageId, DatasetMap.Point> drawn,
        VectorIndex index,
        int limit,
        boolean exact) {

    /** x and y; null if the image is gone, or none of its nearest is on the map. */
    double @Nullable [] of(DatasetImage image) {
        VectorIndex.Embedded embedded = index.find(dataset, image.id()).orElse(null);
        if (embedded == null) {
            return null;
        }
        PrincipalComponents plane = map.plane();
        if (plane != null) {
            return plane.project(embedded.vector());
        }
        Question question = new Question(
                dataset, embedded.vector(), Filter.ALL, Set.of(image.id().value()), null, exact);
        List<Ranked> nearest = index.among(Kind.IMAGES).rank(question, limit).stream()
                .filter(hit -> drawn.containsKey(new ImageId(hit.id())))
                .limit(map.neighbours())
                .toList();
        if (nearest.isEmpty()) {
            return null;
        }
        DatasetMap.Point[] points =
                nearest.stream().map(hit -> drawn.get(new ImageId(hit.id()))).toArray(DatasetMap.Point[]::new);
        return mean(
                points,
                nearest.stream()
                        .mapToDouble(hit -> Math.max(0, 1 - hit.similarity()))
                        .toArray());
    }

    /** @param distances cosine distances to the points, ascending */
    static double[] mean(DatasetMap.Point[] points, double[] distances) {
        double[] memberships = SmoothKernel.memberships(distances);
        double[] place = new double[2];
        double sum = 0;
        for (int i = 0; i < points.length; i++) {
            place[0] += memberships[i] * points[i].x();
            place[1] += memberships[i] * points[i].y();
            sum += memberships[i];
        }
        return new double[] {place[0] / sum, place[1] / sum};
    }
}
