package dev.winnow.curation.objects;

import com.google.common.collect.Lists;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.index.VectorIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Which image of a dataset a file of annotations means, where tools name it in their own way. */
final class PathSearch {

    private static final int PART = 1_000;
    private static final int MOST_ENDS = 20;

    private final String dataset;
    private final VectorIndex index;

    PathSearch(String dataset, VectorIndex index) {
        this.dataset = dataset;
        this.index = index;
    }

    String dataset() {
        return dataset;
    }

    /**
     * Of each list of possible paths the first that is an image's; the first of all where none is.
     *
     * @param candidates of each number from 0, none of them empty; asked for each time rather than held
     */
    List<String> find(int count, IntFunction<List<String>> candidates) {
        String[] found = new String[count];
        List<Integer> open = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        // Round by round: most are found by their first.
        for (int round = 0; !open.isEmpty(); round++) {
            List<Integer> left = new ArrayList<>();
            for (List<Integer> part : Lists.partition(open, PART)) {
                left.addAll(unfound(candidates, part, round, found));
            }
            open = left;
        }
        List<String> paths = new ArrayList<>(found.length);
        for (int i = 0; i < found.length; i++) {
            paths.add(found[i] == null ? candidates.apply(i).getFirst() : found[i]);
        }
        return paths;
    }

    /** Looks for the candidates of one round; returns those to be looked for once more. */
    private List<Integer> unfound(IntFunction<List<String>> candidates, List<Integer> part, int round, String[] found) {
        Map<Integer, ImageId> ids = new HashMap<>();
        Map<Integer, List<String>> held = HashMap.newHashMap(part.size());
        for (int i : part) {
            List<String> its = candidates.apply(i);
            held.put(i, its);
            try {
                ids.put(i, ImageId.of(new ObjectKey(dataset, its.get(round))));
            } catch (InvalidNameException e) {
                // No image has such a path.
            }
        }
        Set<ImageId> existing = new HashSet<>(index.existing(dataset, new HashSet<>(ids.values())));
        List<Integer> left = new ArrayList<>();
        for (int i : part) {
            ImageId id = ids.get(i);
            List<String> its = held.getOrDefault(i, List.of());
            if (id != null && existing.contains(id)) {
                found[i] = its.get(round);
            } else if (round + 1 < its.size()) {
                left.add(i);
            }
        }
        return left;
    }

    /** A path, and the same without its first folder, its first two, … */
    static List<String> endsOf(String path) {
        List<String> ends = new ArrayList<>();
        String rest = path;
        while (true) {
            ends.add(rest);
            int slash = rest.indexOf('/');
            if (slash < 0 || ends.size() == MOST_ENDS) {
                return ends;
            }
            rest = rest.substring(slash + 1);
        }
    }

    /** Paths with each ending that pictures have: all with the most usual one, then all with the next. */
    static List<String> withEndings(Iterable<String> stems) {
        Set<String> paths = new LinkedHashSet<>();
        for (String ending : PictureNames.ENDINGS) {
            stems.forEach(stem -> paths.add(stem + "." + ending));
        }
        return List.copyOf(paths);
    }
}
