package dev.winnow.ingest;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.Rejection;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records for the dead-letter topic about objects that no worker can be asked to look at. */
public final class Rejections {

    private Rejections() {}

    /** The object is there, but its key is no {@code {dataset}/{path}}. */
    public static ImageRejected invalidName(
            String key, @Nullable String etag, InvalidNameException reason, Instant at) {
        int slash = key.indexOf('/');
        return rejected(
                key,
                slash < 0 ? "" : key.substring(0, slash),
                key.substring(slash + 1),
                etag,
                new Rejection.InvalidName(reason.expected()),
                at);
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

    private static ImageRejected rejected(
            String key, String dataset, String path, @Nullable String etag, Rejection rejection, Instant at) {
        return new ImageRejected(
                ImageId.ofRawKey(key), dataset, path, etag, rejection.reason(), rejection.detail(), at, null);
    }
}
