package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.embedding.Finding.Rejected;
import dev.winnow.embedding.PipelineMetrics.Stage;
import dev.winnow.embedding.PointStore.KnownImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** A batch of changes as one target sees it: the points it has of these images, and the writing of those that are new. */
final class TargetBatch {

    /** Enough that the calls cost little, few enough that the first are searchable early. */
    private static final int POINTS_OF_A_WRITE = 32;

    private final Target target;
    private final WritePoints writes;
    private final PipelineMetrics metrics;
    private final Map<ImageId, KnownImage> known;
    private final List<ImageId> refused = new ArrayList<>();
    private final List<Future<?>> underWay = new ArrayList<>();
    private List<Finding> unwritten = new ArrayList<>();

    TargetBatch(Target target, List<ImageId> images, PipelineMetrics metrics) {
        this.target = target;
        this.writes = new WritePoints(target);
        this.metrics = metrics;
        this.known = metrics.time(Stage.LOOK_UP, () -> target.images().known(images));
    }

    Target target() {
        return target;
    }

    /** The image's point, if it has one. */
    Optional<KnownImage> known(ImageId image) {
        return Optional.ofNullable(known.get(image));
    }

    /** Whether the image's point, and those of its boxes, were made from these bytes. */
    boolean hasAllOf(ImageId image, String etag, Boxes found) {
        return known(image).map(KnownImage::etag).equals(Optional.of(etag))
                && found.toEmbed(etag).isEmpty();
    }

    /** Takes in how an image was found, and starts to write when there is enough. */
    void take(Finding finding, ExecutorService tasks) {
        if (finding instanceof Rejected && known.containsKey(finding.change().image())) {
            refused.add(finding.change().image());
        }
        if (WritePoints.isNeeded(finding, known)) {
            unwritten.add(finding);
        }
        if (unwritten.size() == POINTS_OF_A_WRITE) {
            write(tasks);
        }
    }

    /** Starts to write what is left, and gives all writes to wait for. */
    List<Future<?>> finish(ExecutorService tasks) {
        if (!unwritten.isEmpty()) {
            write(tasks);
        }
        return underWay;
    }

    /** Removes the points of images that are none any more. */
    void removeRefused() {
        if (!refused.isEmpty()) {
            target.images().remove(refused);
        }
    }

    private void write(ExecutorService tasks) {
        List<Finding> findings = unwritten;
        unwritten = new ArrayList<>();
        underWay.add(tasks.submit(() -> metrics.run(Stage.WRITE, () -> writes.write(findings, known))));
    }
}
