package dev.winnow.curation.duplicates;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.duplicates.Decision.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that was decided on the images of a dataset, free of contradictions. "Same" is transitive: what is the same as the
 * same is the same. A pair has one decision; a later one replaces it.
 */
public record Decisions(List<Decision> decisions) {

    public static final Decisions NONE = new Decisions(List.of());

    /** Beyond that, one object of the bucket is no place for them. */
    public static final int MAX = 100_000;

    /** @throws ContradictionException if two images are decided different that are the same through others */
    public Decisions {
        decisions = List.copyOf(decisions);
        Map<ImageId, Integer> sets = sets(decisions);
        for (Decision decision : decisions) {
            if (decision.verdict() == Verdict.DIFFERENT
                    && Objects.equals(sets.get(decision.image()), sets.get(decision.other()))) {
                throw new ContradictionException(path(decisions, decision.image(), decision.other()));
            }
        }
    }

    /** These and more; the later decision on a pair replaces the earlier one. */
    public Decisions with(Collection<Decision> more) {
        Map<Decision.Pair, Decision> all = new LinkedHashMap<>();
        decisions.forEach(decision -> all.put(decision.pair(), decision));
        more.forEach(decision -> all.put(decision.pair(), decision));
        return new Decisions(List.copyOf(all.values()));
    }

    /** These without what was decided on a pair. */
    public Decisions without(ImageId image, ImageId other) {
        return new Decisions(decisions.stream()
                .filter(decision -> !(decision.image().equals(image)
                                && decision.other().equals(other))
                        && !(decision.image().equals(other) && decision.other().equals(image)))
                .toList());
    }

    /** How many say so. */
    public int count(Verdict verdict) {
        return (int) decisions.stream()
                .filter(decision -> decision.verdict() == verdict)
                .count();
    }

    /** Which images are the same, directly or through others: equal numbers. Images of no decision have none. */
    Map<ImageId, Integer> sets() {
        return sets(decisions);
    }

    private static Map<ImageId, Integer> sets(List<Decision> decisions) {
        Map<ImageId, List<ImageId>> same = same(decisions);
        Map<ImageId, Integer> sets = new HashMap<>();
        int next = 0;
        for (ImageId start : same.keySet()) {
            if (sets.putIfAbsent(start, next) == null) {
                Deque<ImageId> waiting = new ArrayDeque<>(List.of(start));
                while (!waiting.isEmpty()) {
                    for (ImageId neighbour : same.getOrDefault(waiting.remove(), List.of())) {
                        if (sets.putIfAbsent(neighbour, next) == null) {
                            waiting.add(neighbour);
                        }
                    }
                }
                next++;
            }
        }
        return sets;
    }

    /** The images decided to be the same as each image; images of which only others were said have none. */
    private static Map<ImageId, List<ImageId>> same(List<Decision> decisions) {
        Map<ImageId, List<ImageId>> same = new LinkedHashMap<>();
        for (Decision decision : decisions) {
            List<ImageId> ofImage = same.computeIfAbsent(decision.image(), id -> new ArrayList<>());
            List<ImageId> ofOther = same.computeIfAbsent(decision.other(), id -> new ArrayList<>());
            if (decision.verdict() == Verdict.SAME) {
                ofImage.add(decision.other());
                ofOther.add(decision.image());
            }
        }
        return same;
    }

    /** The shortest way from one image to another over images decided to be the same. */
    private static List<ImageId> path(List<Decision> decisions, ImageId from, ImageId to) {
        Map<ImageId, List<ImageId>> same = same(decisions);
        Map<ImageId, ImageId> before = new HashMap<>(Map.of(to, to));
        Deque<ImageId> waiting = new ArrayDeque<>(List.of(to));
        while (!before.containsKey(from) && !waiting.isEmpty()) {
            ImageId image = waiting.remove();
            for (ImageId neighbour : same.getOrDefault(image, List.of())) {
                if (before.putIfAbsent(neighbour, image) == null) {
                    waiting.add(neighbour);
                }
            }
        }
        List<ImageId> path = new ArrayList<>(List.of(from));
        for (ImageId step = from; !step.equals(to); ) {
            step = Optional.ofNullable(before.get(step)).orElseThrow();
            path.add(step);
        }
        return path;
    }
}
