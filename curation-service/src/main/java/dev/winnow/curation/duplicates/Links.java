package dev.winnow.curation.duplicates;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decisions as they bear on the rows of a dataset. Images that have gone still link those they were the same as. */
public final class Links {

    private static final int NONE = -1;

    /** Of each row the set of images decided to be the same that it belongs to; −1 where nothing was decided. */
    private final int[] sets;

    private final Map<Integer, List<Integer>> rows = new HashMap<>();
    private final Map<Integer, Set<Integer>> apart;

    private Links(int[] sets, Map<Integer, Set<Integer>> apart) {
        this.sets = sets;
        this.apart = apart;
        for (int row = 0; row < sets.length; row++) {
            if (sets[row] != NONE) {
                rows.computeIfAbsent(sets[row], set -> new ArrayList<>()).add(row);
            }
        }
    }

    /** No decisions on a dataset of {@code size} images. */
    public static Links none(int size) {
        int[] sets = new int[size];
        Arrays.fill(sets, NONE);
        return new Links(sets, Map.of());
    }

    /** What was decided on these images. */
    public static Links of(Decisions decisions, List<DatasetImage> images) {
        Map<ImageId, Integer> setOf = decisions.sets();
        int[] sets = images.stream()
                .mapToInt(image -> setOf.getOrDefault(image.id(), NONE))
                .toArray();
        Map<Integer, Set<Integer>> apart = new HashMap<>();
        for (Decision decision : decisions.decisions()) {
            if (decision.verdict() == Decision.Verdict.DIFFERENT) {
                int one = setOf.getOrDefault(decision.image(), NONE);
                int other = setOf.getOrDefault(decision.other(), NONE);
                apart.computeIfAbsent(one, set -> new HashSet<>()).add(other);
                apart.computeIfAbsent(other, set -> new HashSet<>()).add(one);
            }
        }
        return new Links(sets, apart);
    }

    /** The rows that must be in the group of {@code row}, itself included; nothing where nothing was decided. */
    List<Integer> with(int row) {
        return rows.getOrDefault(sets[row], List.of());
    }

    /** Whether a row must be in the group of another. */
    boolean areBound(int row) {
        return with(row).size() > 1;
    }

    /** A group that begins with one row. */
    Group group(int row) {
        Group group = new Group();
        group.add(row);
        return group;
    }

    /** Which rows a group has, as far as decisions are concerned. */
    final class Group {

        private final Set<Integer> members = new HashSet<>();
        private final Set<Integer> shut = new HashSet<>();

        /** Whether nothing was decided against a row's being in it. */
        boolean admits(int row) {
            return !shut.contains(sets[row]);
        }

        /** Adds a row, and with it all that must be in its group. */
        void add(int row) {
            if (sets[row] != NONE && members.add(sets[row])) {
                shut.addAll(apart.getOrDefault(sets[row], Set.of()));
            }
        }
    }
}
