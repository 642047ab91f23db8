package dev.winnow.curation.labels;

import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labels, tags and decisions, written on images. The history first: nothing takes effect that is not in it. If a server
 * fails in between, the same edits can be sent again.
 */
@ApplicationScoped
public class ImageEditing {

    /**
     * As many edits are best applied together: they take at most 256 objects of history, and some 20 MB of memory. If
     * the labels that are there are long, they are applied in several parts.
     */
    public static final int BATCH = 20_000;

    private static final int IMAGES_A_CALL = 500;
    /** Of labels and tags that are held to be edited: some images have a hundred long ones. */
    private static final long MOST_CHARACTERS = 4_000_000;

    private final VectorIndex index;
    private final HistoryStore history;

    public ImageEditing(VectorIndex index, HistoryStore history) {
        this.index = index;
        this.history = history;
    }

    /**
     * Applies edits in their order; an image may have several.
     *
     * @return for each edit why it could not be made; empty where it was
     */
    public List<Optional<String>> apply(String dataset, List<ImageEdit> edits) {
        List<Optional<String>> refused = new ArrayList<>();
        while (refused.size() < edits.size()) {
            Part part = read(dataset, edits.subList(refused.size(), edits.size()));
            refused.addAll(apply(dataset, part.edits, part.images));
        }
        return refused;
    }

    /** Edits that follow each other, and the images that they are about, as far as those exist. */
    private record Part(List<ImageEdit> edits, Map<ImageId, PendingEdit> images) {}

    private List<Optional<String>> apply(String dataset, List<ImageEdit> edits, Map<ImageId, PendingEdit> images) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        List<HistoryEntry> entries = new ArrayList<>();
        List<Optional<String>> refused = new ArrayList<>();
        for (ImageEdit edit : edits) {
            PendingEdit image = images.get(edit.image());
            if (image == null) {
                refused.add(Optional.of("no such image in the index"));
            } else if (edit.labels() != null && image.labelsAfter(edit) > LabelTexts.MAX_LABELS) {
                refused.add(Optional.of("expected at most " + LabelTexts.MAX_LABELS + " labels on an image, got "
                        + image.labelsAfter(edit)));
            } else {
                entries.add(image.take(edit, now));
                refused.add(Optional.empty());
            }
        }
        history.append(dataset, entries);
        write(dataset, List.copyOf(images.values()));
        return refused;
    }

    /** As many as may be held together. */
    private Part read(String dataset, List<ImageEdit> edits) {
        Map<ImageId, PendingEdit> images = new LinkedHashMap<>();
        long characters = 0;
        int count = 0;
        for (List<ImageEdit> part : Lists.partition(edits, IMAGES_A_CALL)) {
            if (characters >= MOST_CHARACTERS) {
                break;
            }
            List<ImageId> ids = part.stream()
                    .map(ImageEdit::image)
                    .filter(id -> !images.containsKey(id))
                    .distinct()
                    .toList();
            for (DatasetImage image : index.images(dataset, ids)) {
                images.put(image.id(), new PendingEdit(image));
                characters += length(image.labels()) + length(image.tags());
            }
            count += part.size();
        }
        return new Part(edits.subList(0, count), images);
    }

    private static long length(List<String> texts) {
        return texts.stream().mapToLong(String::length).sum();
    }

    /** What is the same for many images is one change. */
    private void write(String dataset, List<PendingEdit> images) {
        Map<PendingEdit.Payload, List<ImageId>> same = new HashMap<>();
        List<VectorIndex.Edit> conditional = new ArrayList<>();
        for (PendingEdit image : images) {
            PendingEdit.Payload payload = image.unconditional();
            if (!payload.values().isEmpty() || !payload.removed().isEmpty()) {
                same.computeIfAbsent(payload, key -> new ArrayList<>()).add(image.id());
            }
            image.conditional().ifPresent(conditional::add);
        }
        index.apply(
                dataset,
                same.entrySet().stream()
                        .map(change -> new VectorIndex.Change(
                                change.getValue(),
                                change.getKey().values(),
                                change.getKey().removed()))
                        .toList());
        index.edit(dataset, conditional);
    }
}
