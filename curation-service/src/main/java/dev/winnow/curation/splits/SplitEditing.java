package dev.winnow.curation.splits;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.PlainText;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts images into splits, in parts of a thousand: what was written before something fails stays, and the whole may be sent again. */
@ApplicationScoped
public class SplitEditing {

    public static final int MAX_NAME_LENGTH = 100;

    private static final int PART = 1_000;
    private static final int REPORTED = 1_000;

    private final Datasets datasets;
    private final VectorIndex index;

    SplitEditing(Datasets datasets, VectorIndex index) {
        this.datasets = datasets;
        this.index = index;
    }

    /**
     * An image and its split, as somebody says it.
     *
     * @param item where, for a person
     * @param id of the image; without it, its path counts
     * @param split null for none
     * @param problem why it says nothing; null where it does
     */
    public record Wanted(
            String item,
            @Nullable String id,
            @Nullable String path,
            @Nullable String split,
            @Nullable String problem) {}

    /** What could not be used, and why. */
    public record Problem(String item, String reason) {}

    /**
     * @param assigned how many images are in a split now
     * @param unassigned how many were taken out of theirs
     * @param splits how many were put into each
     * @param problemCount how many could not be used
     * @param problems the first thousand of them
     */
    public record Assigned(
            long assigned,
            long unassigned,
            SortedMap<String, Long> splits,
            long problemCount,
            List<Problem> problems) {}

    /** Images that are not named stay in their splits; of an image that is named twice the last one counts. */
    public Assigned assign(String dataset, Iterator<Wanted> wanted) {
        datasets.get(dataset);
        Assignment assignment = new Assignment(dataset);
        while (wanted.hasNext()) {
            assignment.add(wanted.next());
        }
        return assignment.finish();
    }

    private final class Assignment {

        private final String dataset;
        private final Map<ImageId, Wanted> part = new LinkedHashMap<>();
        private final SortedMap<String, Long> splits = new TreeMap<>();
        private final List<Problem> problems = new ArrayList<>();
        private long problemCount;
        private long unassigned;

        Assignment(String dataset) {
            this.dataset = dataset;
        }

        void add(Wanted wanted) {
            String problem = wanted.problem == null ? wrong(wanted.split) : wanted.problem;
            try {
                if (problem == null) {
                    // What comes later is applied later.
                    part.put(image(wanted), wanted);
                }
            } catch (InvalidNameException e) {
                problem = "path: " + e.expected();
            } catch (IllegalArgumentException e) {
                problem = "expected the id of an image, a UUID, or a path";
            }
            if (problem != null) {
                problem(wanted, problem);
            }
            if (part.size() == PART) {
                apply();
            }
        }

        private ImageId image(Wanted wanted) {
            if (wanted.id != null) {
                return ImageId.parse(wanted.id);
            }
            if (wanted.path == null) {
                throw new IllegalArgumentException("no name");
            }
            return ImageId.of(new ObjectKey(dataset, wanted.path));
        }

        private void problem(Wanted wanted, String reason) {
            problemCount++;
            if (problems.size() < REPORTED) {
                problems.add(new Problem(wanted.item, reason));
            }
        }

        private void apply() {
            Set<ImageId> existing = new HashSet<>(index.existing(dataset, part.keySet()));
            Map<List<String>, Collection<ImageId>> bySplit = new LinkedHashMap<>();
            part.forEach((id, wanted) -> {
                if (existing.contains(id)) {
                    bySplit.computeIfAbsent(
                                    wanted.split == null ? List.of() : List.of(wanted.split),
                                    split -> new ArrayList<>())
                            .add(id);
                } else {
                    problem(wanted, "no such image in the index");
                }
            });
            index.apply(
                    dataset,
                    bySplit.entrySet().stream()
                            .map(entry ->
                                    new VectorIndex.Change(entry.getValue(), Map.of(PointSchema.SPLIT, entry.getKey())))
                            .toList());
            bySplit.forEach((split, ids) -> {
                if (split.isEmpty()) {
                    unassigned += ids.size();
                } else {
                    splits.merge(split.getFirst(), (long) ids.size(), Long::sum);
                }
            });
            part.clear();
        }

        Assigned finish() {
            if (!part.isEmpty()) {
                apply();
            }
            return new Assigned(
                    splits.values().stream().mapToLong(Long::longValue).sum(),
                    unassigned,
                    splits,
                    problemCount,
                    problems);
        }
    }

    private static @Nullable String wrong(@Nullable String split) {
        return split == null || PlainText.is(split, MAX_NAME_LENGTH)
                ? null
                : "split: expected 1 to " + MAX_NAME_LENGTH + " characters, none of them a control character";
    }
}
