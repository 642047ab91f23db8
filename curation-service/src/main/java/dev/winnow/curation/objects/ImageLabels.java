package dev.winnow.curation.objects;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.LabelImport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Labels, tags and splits of images that a file of boxes gives as well. */
final class ImageLabels {

    /** More on one image are no labels, and would make every page that holds it large. */
    private static final int MOST = 100;

    private final VectorIndex index;

    ImageLabels(VectorIndex index) {
        this.index = index;
    }

    /** Writes what the drafts say, and returns of how many images. What cannot be used leaves the image's as they are. */
    int write(String dataset, Map<DatasetImage, Drafts.OfImage> drafts, ObjectImport.Mode mode, Problems problems) {
        Map<Map<String, List<String>>, List<ImageId>> byPayload = new HashMap<>();
        drafts.forEach((image, draft) -> {
            try {
                Map<String, List<String>> payload = payload(image, draft, mode);
                if (!payload.isEmpty()) {
                    byPayload
                            .computeIfAbsent(payload, same -> new ArrayList<>())
                            .add(image.id());
                }
            } catch (InvalidParameterException e) {
                problems.add(draft.item, draft.path, e.field() + ": " + e.expected());
            }
        });
        index.apply(
                dataset,
                byPayload.entrySet().stream()
                        .map(entry -> new VectorIndex.Change(entry.getValue(), entry.getKey()))
                        .toList());
        return byPayload.values().stream().mapToInt(List::size).sum();
    }

    private static Map<String, List<String>> payload(DatasetImage image, Drafts.OfImage draft, ObjectImport.Mode mode) {
        boolean merge = mode == ObjectImport.Mode.MERGE;
        Map<String, List<String>> payload = new HashMap<>();
        if (draft.labels != null) {
            payload.put(PointSchema.LABELS, checked("labels", merge ? image.labels() : List.of(), draft.labels));
        }
        if (draft.decided) {
            payload.put(PointSchema.TAGS, checked("tags", merge ? image.tags() : List.of(), draft.tags));
            if (!merge || draft.split != null) {
                payload.put(
                        PointSchema.SPLIT,
                        checked("split", List.of(), draft.split == null ? List.of() : List.of(draft.split)));
            }
        }
        return payload;
    }

    private static List<String> checked(String field, List<String> kept, List<@Nullable String> given) {
        given.forEach(label -> LabelImport.checkLabel(field, label == null ? "" : label));
        Set<String> all = new LinkedHashSet<>(kept);
        given.forEach(label -> all.add(label == null ? "" : label));
        if (all.size() > MOST) {
            throw new InvalidParameterException(field, "expected at most " + MOST + ", got " + all.size());
        }
        return List.copyOf(all);
    }
}
