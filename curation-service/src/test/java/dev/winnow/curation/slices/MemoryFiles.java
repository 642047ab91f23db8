package dev.winnow.curation.slices;

import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.DependencyUnavailableException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The entity tags of files, by key; fails when told to. */
public final class MemoryFiles implements BucketImages {

    final Map<String, String> etags = new ConcurrentHashMap<>();
    /** How many more requests are answered. */
    final AtomicInteger answers = new AtomicInteger(Integer.MAX_VALUE);

    private void answer() {
        if (answers.getAndDecrement() <= 0) {
            throw new DependencyUnavailableException("the store", new IOException("down"));
        }
    }

    @Override
    public boolean isOurs(@Nullable String bucket) {
        return bucket == null;
    }

    @Override
    public boolean exists(String bucket) {
        return bucket.equals("other");
    }

    @Override
    public Answer copy(ObjectKey from, String etag, @Nullable String bucket, String to) {
        answer();
        String target = bucket == null ? to : bucket + ":" + to;
        String there = etags.get(target);
        if (there != null) {
            return new Answer(there.equals(etag) ? Outcome.ALREADY_THERE : Outcome.OCCUPIED);
        }
        String source = etags.get(from.toString());
        if (source == null || !source.equals(etag)) {
            return new Answer(source == null ? Outcome.GONE : Outcome.CHANGED);
        }
        etags.put(target, etag);
        return new Answer(Outcome.DONE);
    }

    @Override
    public Answer delete(ObjectKey key, String etag) {
        answer();
        String there = etags.get(key.toString());
        if (there == null || !there.equals(etag)) {
            return new Answer(there == null ? Outcome.GONE : Outcome.CHANGED);
        }
        etags.remove(key.toString());
        return new Answer(Outcome.DONE);
    }
}
