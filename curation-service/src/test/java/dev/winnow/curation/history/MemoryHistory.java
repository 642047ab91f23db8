package dev.winnow.curation.history;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DependencyUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The history of one dataset, in memory. */
public final class MemoryHistory implements HistoryStore {

    /** In the order they came. */
    public final List<HistoryEntry> entries = new ArrayList<>();

    /** Whether it answers. */
    public boolean down;

    @Override
    public void append(String dataset, List<HistoryEntry> more) {
        if (down) {
            throw new DependencyUnavailableException("the bucket", new IOException("down"));
        }
        entries.addAll(more);
    }

    @Override
    public List<HistoryEntry> of(String dataset, ImageId image) {
        return entries.reversed().stream()
                .filter(entry -> entry.image().equals(image))
                .toList();
    }
}
