package dev.winnow.curation.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a list of different texts changes: it is set, then some are added, then some are taken.
 *
 * @param set null where the list stays what it was
 */
public record ListChange(@Nullable List<String> set, Set<String> add, Set<String> remove) {

    /** Nothing changes. */
    public static final ListChange NONE = new ListChange(null, List.of(), List.of());

    public ListChange(@Nullable List<String> set, List<String> add, List<String> remove) {
        this(set, new LinkedHashSet<>(add), new LinkedHashSet<>(remove));
    }

    public ListChange {
        set = set == null ? null : set.stream().distinct().toList();
        Set<String> added = new LinkedHashSet<>(add);
        added.removeAll(remove);
        add = Collections.unmodifiableSet(added);
        remove = Collections.unmodifiableSet(new LinkedHashSet<>(remove));
    }

    public boolean isNone() {
        return set == null && add.isEmpty() && remove.isEmpty();
    }

    /** Whether the outcome depends on what is there. */
    public boolean depends() {
        return set == null && !isNone();
    }

    /** What becomes of a list; what is there already keeps its place. */
    public List<String> applied(List<String> before) {
        LinkedHashSet<String> after = new LinkedHashSet<>(set == null ? before : set);
        after.addAll(add);
        after.removeAll(remove);
        return List.copyOf(after);
    }

    /** This change and then another one. */
    public ListChange then(ListChange next) {
        if (next.set != null) {
            return next;
        }
        if (set != null) {
            return new ListChange(next.applied(applied(List.of())), List.of(), List.of());
        }
        List<String> added = new ArrayList<>(add);
        added.removeAll(next.remove);
        added.addAll(next.add);
        List<String> removed = new ArrayList<>(remove);
        removed.removeAll(next.add);
        removed.addAll(next.remove);
        return new ListChange(null, added, removed);
    }
}
