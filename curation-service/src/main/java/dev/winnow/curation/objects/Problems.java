package dev.winnow.curation.objects;

import java.util.ArrayList;
import java.util.List;

/** What could not be used of a file, and why; all are counted, the first thousand kept. */
public final class Problems {

    private static final int KEPT = 1_000;

    private final List<ObjectImport.Problem> first = new ArrayList<>();
    private long count;

    public void add(String item, String path, String reason) {
        count++;
        if (first.size() < KEPT) {
            first.add(new ObjectImport.Problem(item, path, reason));
        }
    }

    public long count() {
        return count;
    }

    public List<ObjectImport.Problem> first() {
        return List.copyOf(first);
    }
}
