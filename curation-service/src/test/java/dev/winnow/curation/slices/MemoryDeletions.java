package dev.winnow.curation.slices;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Deletions in memory. */
public final class MemoryDeletions implements DeletionStore {

    private final Map<String, Deletion> deletions = new ConcurrentHashMap<>();

    @Override
    public void add(Deletion.Asked asked) {
        deletions.put(asked.order().token(), asked);
    }

    @Override
    public Optional<Stored> find(SliceName slice, String token) {
        return Optional.ofNullable(deletions.get(token))
                .filter(deletion -> deletion.order().dataset().equals(slice.dataset())
                        && deletion.order().slice().equals(slice.name()))
                .map(deletion -> new Stored(deletion, Integer.toString(deletion.hashCode())));
    }

    @Override
    public boolean replace(Deletion deletion, String version) {
        String token = deletion.order().token();
        Deletion before = deletions.get(token);
        return before != null
                && Integer.toString(before.hashCode()).equals(version)
                && deletions.replace(token, before, deletion);
    }
}
