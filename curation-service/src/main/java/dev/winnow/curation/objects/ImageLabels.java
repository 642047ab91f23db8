package dev.winnow.curation.objects;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.history.Author;
import dev.winnow.curation.index.ListChange;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.ImageEdit;
import dev.winnow.curation.labels.ImageEditing;
import dev.winnow.curation.labels.LabelTexts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Labels, tags and splits of images that a file of boxes gives as well. */
final class ImageLabels {

    private final VectorIndex index;
    private final ImageEditing editing;

    ImageLabels(VectorIndex index, ImageEditing editing) {
        this.index = index;
        this.editing = editing;
    }

    /** Writes what the drafts say, and returns of how many images. What cannot be used leaves the image's as they are. */
    int write(
            String dataset,
            Map<DatasetImage, Drafts.OfImage> drafts,
            ObjectImport.Mode mode,
            Author author,
            Problems problems) {
        boolean merge = mode == ObjectImport.Mode.MERGE;
        List<ImageEdit> edits = new ArrayList<>();
        List<Drafts.OfImage> edited = new ArrayList<>();
        Map<List<String>, List<ImageId>> bySplit = new HashMap<>();
        drafts.forEach((image, draft) -> {
            try {
                List<String> split = split(draft);
                edit(image, draft, merge, author).ifPresent(edit -> {
                    edits.add(edit);
                    edited.add(draft);
                });
                if (draft.decided && !(merge && split.isEmpty())) {
                    bySplit.computeIfAbsent(split, same -> new ArrayList<>()).add(image.id());
                }
            } catch (InvalidParameterException e) {
                problems.add(draft.item, draft.path, e.field() + ": " + e.expected());
            }
        });
        Set<ImageId> written = new HashSet<>();
        List<Optional<String>> refused = editing.apply(dataset, edits);
        for (int i = 0; i < refused.size(); i++) {
            Drafts.OfImage draft = edited.get(i);
            ImageId image = edits.get(i).image();
            refused.get(i)
                    .ifPresentOrElse(reason -> problems.add(draft.item, draft.path, reason), () -> written.add(image));
        }
        index.apply(
                dataset,
                bySplit.entrySet().stream()
                        .map(entry ->
                                new VectorIndex.Change(entry.getValue(), Map.of(PointSchema.SPLIT, entry.getKey())))
                        .toList());
        bySplit.values().forEach(written::addAll);
        return written.size();
    }

    private static Optional<ImageEdit> edit(DatasetImage image, Drafts.OfImage draft, boolean merge, Author author) {
        List<String> labels = checked("labels", draft.labels);
        List<String> tags = draft.decided ? checked("tags", draft.tags) : null;
        if (labels == null && tags == null) {
            return Optional.empty();
        }
        return Optional.of(new ImageEdit(
                image.id(),
                author,
                labels == null
                        ? null
                        : new ImageEdit.Labelling(
                                merge
                                        ? new ListChange(null, labels, List.of())
                                        : new ListChange(labels, List.of(), List.of()),
                                null,
                                null),
                tags == null || !merge
                        ? tags
                        : checked(
                                "tags",
                                Stream.concat(image.tags().stream(), tags.stream())
                                        .toList()),
                null));
    }

    private static List<String> split(Drafts.OfImage draft) {
        String split = draft.split;
        if (split == null) {
            return List.of();
        }
        LabelTexts.check("split", split);
        return List.of(split);
    }

    private static @Nullable List<String> checked(String field, @Nullable List<@Nullable String> texts) {
        return texts == null ? null : LabelTexts.checked(field, texts);
    }
}
