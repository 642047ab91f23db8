package dev.winnow.embedding;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectId;
import dev.winnow.embedding.Finding.Fresh;
import dev.winnow.embedding.Finding.Unchanged;
import dev.winnow.embedding.PointStore.KnownImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what was found. An image's point says that it has boxes before any of them has a point, and until the last has none:
 * whenever the work ends in between, the next look finds the rest to do.
 */
final class WritePoints {

    private final PointStore images;
    private final ObjectPointStore objects;

    WritePoints(Target target) {
        this.images = target.images();
        this.objects = target.objects();
    }

    /** Whether there is anything to write of a finding. */
    static boolean isNeeded(Finding finding, Map<ImageId, KnownImage> known) {
        return switch (finding) {
            case Fresh fresh -> true;
            case Unchanged same -> {
                ObjectChanges changes = same.objects();
                yield isToBeMarked(same, known)
                        || !(changes.embedded().isEmpty()
                                && changes.relabelled().isEmpty()
                                && changes.removed().isEmpty());
            }
            case Finding.Gone gone -> false;
            case Finding.Rejected bad -> false;
        };
    }

    /** @param known the points that the images had */
    void write(List<Finding> findings, Map<ImageId, KnownImage> known) {
        List<ObjectId> removed = findings.stream()
                .flatMap(finding -> finding.objects().removed().stream())
                .toList();
        if (!removed.isEmpty()) {
            objects.remove(removed);
        }

        List<EmbeddedImage> added = new ArrayList<>();
        List<EmbeddedImage> renewed = new ArrayList<>();
        for (Finding finding : findings) {
            if (finding instanceof Fresh fresh) {
                (known.containsKey(fresh.change().image()) ? renewed : added).add(fresh.point());
            }
        }
        if (!added.isEmpty()) {
            images.add(added);
        }
        if (!renewed.isEmpty()) {
            images.renew(renewed);
        }
        findings.stream()
                .filter(finding -> isToBeMarked(finding, known))
                .forEach(finding ->
                        images.mark(finding.change().image(), finding.objects().boxes()));

        List<EmbeddedObject> embedded = findings.stream()
                .flatMap(finding -> finding.objects().embedded().stream())
                .toList();
        if (!embedded.isEmpty()) {
            objects.write(embedded);
        }
        Map<ObjectId, String> relabelled = new HashMap<>();
        findings.forEach(finding -> relabelled.putAll(finding.objects().relabelled()));
        if (!relabelled.isEmpty()) {
            objects.relabel(relabelled);
        }
    }

    /** Whether the point of an image says something else of its boxes, and will still do so once it is renewed. */
    private static boolean isToBeMarked(Finding finding, Map<ImageId, KnownImage> known) {
        KnownImage before = known.get(finding.change().image());
        BoxMark now = finding.objects().boxes();
        return finding.objects().asked()
                && before != null
                && !before.boxes().equals(now)
                && (finding instanceof Unchanged || now.count() == 0);
    }
}
