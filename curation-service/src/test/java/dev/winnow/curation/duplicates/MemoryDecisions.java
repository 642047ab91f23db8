package dev.winnow.curation.duplicates;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decisions in memory. */
public final class MemoryDecisions implements DecisionStore {

    private final Map<String, Stored> stored = new HashMap<>();
    private int writes;

    @Override
    public synchronized Stored find(String dataset) {
        return stored.getOrDefault(dataset, new Stored(Decisions.NONE, null));
    }

    @Override
    public synchronized boolean replace(String dataset, Decisions decisions, @Nullable String version) {
        if (!Objects.equals(find(dataset).version(), version)) {
            return false;
        }
        stored.put(dataset, new Stored(decisions, "v" + ++writes));
        return true;
    }
}
