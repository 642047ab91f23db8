package dev.winnow.curation.labels;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.decisions.Verdict;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryEntry.Changed;
import dev.winnow.curation.index.ListChange;
import dev.winnow.curation.index.VectorIndex;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What several edits of one image, one after the other, come to. */
final class PendingEdit {

    /** Values and removed keys. */
    record Payload(Map<String, Object> values, Set<String> removed) {

        Payload() {
            this(new HashMap<>(), new HashSet<>());
        }

        void put(String key, @Nullable Object value) {
            if (value == null) {
                values.remove(key);
                removed.add(key);
            } else {
                values.put(key, value);
                removed.remove(key);
            }
        }

        void putAll(Payload other) {
            values.putAll(other.values);
            removed.addAll(other.removed);
        }
    }

    private final ImageId id;
    private List<String> labels;
    private List<String> tags;
    private @Nullable Verdict verdict;

    private ListChange labelChange = ListChange.NONE;
    /** Who labelled, written together with the labels. */
    private final Payload provenance = new Payload();
    /** What depends on nothing that is there. */
    private final Payload others = new Payload();

    PendingEdit(DatasetImage image) {
        this.id = image.id();
        this.labels = image.labels();
        this.tags = image.tags();
        this.verdict = image.decision().orElse(null);
    }

    ImageId id() {
        return id;
    }

    /** How many labels there would be. */
    int labelsAfter(ImageEdit edit) {
        return edit.labels() == null
                ? labels.size()
                : edit.labels().change().applied(labels).size();
    }

    /** Takes one more edit, and says what goes into the history. */
    HistoryEntry take(ImageEdit edit, Instant now) {
        Changed labelled = edit.labels() == null ? null : label(edit, edit.labels(), now);
        Changed tagged = edit.tags() == null ? null : tag(edit.tags());
        HistoryEntry.Decided decided = edit.decision() == null ? null : decide(edit, edit.decision(), now);
        return new HistoryEntry(
                id,
                now,
                edit.author().by(),
                edit.author().source(),
                labelled,
                tagged,
                edit.labels() == null ? null : edit.labels().confidence(),
                decided,
                null);
    }

    private Changed label(ImageEdit edit, ImageEdit.Labelling labelling, Instant now) {
        ListChange change = labelling.change();
        List<String> before = labels;
        labels = change.applied(before);
        labelChange = labelChange.then(change);
        provenance.put(PointSchema.LABELLED_BY, edit.author().by());
        provenance.put(PointSchema.LABEL_SOURCE, edit.author().source());
        provenance.put(PointSchema.LABELLED_AT, (labelling.at() == null ? now : labelling.at()).toString());
        provenance.put(PointSchema.LABEL_CONFIDENCE, labelling.confidence());
        return change.depends()
                ? new Changed(before, labels, List.copyOf(change.add()), List.copyOf(change.remove()))
                : new Changed(before, labels, null, null);
    }

    private Changed tag(List<String> wanted) {
        List<String> before = tags;
        tags = wanted;
        others.put(PointSchema.TAGS, wanted);
        return new Changed(before, wanted, null, null);
    }

    private HistoryEntry.Decided decide(ImageEdit edit, ImageEdit.Decided decision, Instant now) {
        Verdict before = verdict;
        verdict = decision.verdict();
        boolean withdrawn = verdict == null;
        others.put(PointSchema.DECISION, verdict == null ? null : verdict.toString());
        others.put(PointSchema.DECISION_REASON, decision.reason());
        others.put(
                PointSchema.DECISION_BY,
                withdrawn ? null : decision.by() == null ? edit.author().by() : decision.by());
        others.put(
                PointSchema.DECISION_AT, withdrawn ? null : (decision.at() == null ? now : decision.at()).toString());
        return new HistoryEntry.Decided(before, verdict, decision.reason());
    }

    /** What can be written whatever is there. */
    Payload unconditional() {
        Payload payload = new Payload();
        payload.putAll(others);
        List<String> set = labelChange.set();
        if (set != null) {
            payload.put(PointSchema.LABELS, set);
            payload.putAll(provenance);
        }
        return payload;
    }

    /** What depends on the labels that are there. */
    Optional<VectorIndex.Edit> conditional() {
        return labelChange.depends()
                ? Optional.of(new VectorIndex.Edit(
                        id, Map.of(PointSchema.LABELS, labelChange), provenance.values, provenance.removed))
                : Optional.empty();
    }
}
