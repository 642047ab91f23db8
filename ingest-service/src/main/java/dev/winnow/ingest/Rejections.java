package dev.winnow.ingest;

import dev.winnow.contract.EmbeddingEvent.EmbeddingRemoved;
import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.Rejection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Outcomes for objects that no worker can be asked to look at. */
public final class Rejections {

    private Rejections() {}

    /** The object is there, but its key is no {@code {dataset}/{path}}. */
    public static ImageRejected invalidName(
            String key, @Nullable String etag, InvalidNameException reason, Instant at) {
        return rejected(key, dataset(key), path(key), etag, new Rejection.InvalidName(reason.expected()), at);
    }

    /** The object is gone, and with it what {@link #invalidName} said of it. */
    public static EmbeddingRemoved cleared(String key, Instant at) {
        return new EmbeddingRemoved(ImageId.ofRawKey(key), dataset(key), path(key), at, null);
    }

    /**
     * A notification that cannot be read, so that nobody knows which object it was about.
     *
     * @param source where the record came from, unique
     */
    public static ImageRejected unreadableNotification(String source, String detail, Instant at) {
        return rejected(
                "unreadable notification " + source,
                "",
                source,
                null,
                new Rejection.Undecodable("bucket notification " + source + ": " + detail),
                at);
    }

    private static String dataset(String key) {
        return key.substring(0, Math.max(0, key.indexOf('/')));
    }

    private static String path(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    private static ImageRejected rejected(
            String key, String dataset, String path, @Nullable String etag, Rejection rejection, Instant at) {
        return new ImageRejected(
                ImageId.ofRawKey(key), dataset, path, etag, rejection.reason(), rejection.detail(), at, null);
    }
}
