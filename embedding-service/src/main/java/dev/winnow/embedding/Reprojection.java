package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectBox;
import dev.winnow.contract.ObjectId;
import dev.winnow.embedding.Finding.Fresh;
import dev.winnow.embedding.Finding.Unchanged;
import dev.winnow.embedding.ObjectPointStore.CropVector;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.PointStore.KnownImage;
import dev.winnow.embedding.onnx.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be said of a batch of images without fetching any: that their points are up to date, and, where the next model is
 * the active one with a projection behind it, what the next one's are, since their vectors follow from those of the active
 * one. It happens where the image's events are handled, so that nobody else is at the same image.
 */
final class Reprojection {

    private final TargetBatch active;
    private final List<Next> others;
    private final PipelineMetrics metrics;

    /**
     * A further target.
     *
     * @param projection from the active model's vectors; empty if there is none
     * @param points of the active model that can be projected
     */
    private record Next(TargetBatch target, Optional<Projection> projection, Map<ImageId, EmbeddedImage> points) {}

    /** @param targets the active model's first */
    Reprojection(List<TargetBatch> targets, List<ImageId> images, PipelineMetrics metrics) {
        this.active = targets.getFirst();
        this.metrics = metrics;
        this.others =
                targets.stream().skip(1).map(target -> next(target, images)).toList();
    }

    private Next next(TargetBatch target, List<ImageId> images) {
        Optional<Projection> projection =
                target.target().model().projectionFrom(active.target().id());
        if (projection.isEmpty()) {
            return new Next(target, projection, Map.of());
        }
        List<ImageId> lacking = images.stream()
                .filter(image -> {
                    Optional<String> etag = active.known(image).map(KnownImage::etag);
                    return etag.isPresent() && !etag.equals(target.known(image).map(KnownImage::etag));
                })
                .toList();
        return new Next(
                target,
                projection,
                lacking.isEmpty()
                        ? Map.of()
                        : metrics.time(
                                Stage.LOOK_UP, () -> active.target().images().read(lacking)));
    }

    /**
     * What the points of an image were made from, if a picture is needed for none of them as long as its bytes are those.
     *
     * @param found the boxes, in the order of the targets
     */
    Optional<String> etagIfNothingIsToEmbed(ImageChange change, List<Boxes> found) {
        Optional<String> etag = active.known(change.image()).map(KnownImage::etag);
        if (etag.isEmpty() || !active.hasAllOf(change.image(), etag.get(), found.getFirst())) {
            return Optional.empty();
        }
        for (int i = 0; i < others.size(); i++) {
            Next next = others.get(i);
            if (next.projection.isEmpty() && !next.target.hasAllOf(change.image(), etag.get(), found.get(i + 1))) {
                return Optional.empty();
            }
        }
        return etag;
    }

    /** How an image is found whose bytes are those; empty if a picture is needed after all. */
    Optional<List<Finding>> findings(ImageChange change, String etag, List<Boxes> found) {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Unchanged(change, etag, found.getFirst().changes(etag, List.of())));
        boolean projected = false;
        for (int i = 0; i < others.size(); i++) {
            Next next = others.get(i);
            Boxes boxes = found.get(i + 1);
            if (next.target.hasAllOf(change.image(), etag, boxes)) {
                findings.add(new Unchanged(change, etag, boxes.changes(etag, List.of())));
                continue;
            }
            Optional<Finding> made =
                    next.projection.flatMap(projection -> project(change, etag, boxes, next, projection));
            if (made.isEmpty()) {
                return Optional.empty();
            }
            findings.add(made.get());
            projected = true;
        }
        if (projected) {
            metrics.countReprojected();
        }
        return Optional.of(findings);
    }

    private Optional<Finding> project(ImageChange change, String etag, Boxes found, Next next, Projection projection) {
        Optional<List<Optional<float[]>>> crops = crops(etag, found, projection);
        if (crops.isEmpty()) {
            return Optional.empty();
        }
        ObjectChanges objects = found.changes(etag, crops.get());
        if (next.target.known(change.image()).map(KnownImage::etag).equals(Optional.of(etag))) {
            return Optional.of(new Unchanged(change, etag, objects));
        }
        return Optional.ofNullable(next.points.get(change.image()))
                .filter(point -> point.etag().equals(etag) && point.key().equals(change.key()))
                .flatMap(point -> EmbeddingModel.ofLengthOne(projection.of(point.vector()))
                        .map(vector -> new Fresh(change, etag, point.identifiers(), vector, objects)));
    }

    /** The vectors of the boxes that lack one; empty if the active model has not all of them. */
    private Optional<List<Optional<float[]>>> crops(String etag, Boxes found, Projection projection) {
        List<ObjectBox> boxes = found.toEmbed(etag);
        if (boxes.isEmpty()) {
            return Optional.of(List.of());
        }
        Map<ObjectId, CropVector> vectors =
                active.target().objects().vectors(boxes.stream().map(found::id).toList());
        List<Optional<float[]>> projected = new ArrayList<>();
        for (ObjectBox box : boxes) {
            CropVector vector = vectors.get(found.id(box));
            if (vector == null || !vector.crop().equals(found.crop(etag, box))) {
                return Optional.empty();
            }
            projected.add(EmbeddingModel.ofLengthOne(projection.of(vector.vector())));
        }
        return Optional.of(projected);
    }
}
