package dev.winnow.ingest;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.winnow.contract.ImageId;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of the files of one request, in their order. */
public record BatchReport(int stored, int rejected, List<Item> items) {

    static BatchReport of(List<Item> items) {
        int stored = (int)
                items.stream().filter(item -> item.status() == Status.STORED).count();
        return new BatchReport(stored, items.size() - stored, List.copyOf(items));
    }

    /** One file; {@code id} where it was stored, {@code reason} and {@code detail} where not. */
    public record Item(
            String path,
            Status status,
            @Nullable ImageId id,
            @Nullable String reason,
            @Nullable String detail) {

        static Item stored(ObjectKey key) {
            return new Item(key.path(), Status.STORED, ImageId.of(key), null, null);
        }

        static Item rejected(String path, Rejection rejection) {
            return rejected(path, rejection.reason(), rejection.detail());
        }

        static Item rejected(String path, String reason, String detail) {
            // A name may be as long as its sender liked; a hundred thousand of them are held.
            String shown =
                    path.length() > ObjectKey.MAX_PATH_BYTES ? path.substring(0, ObjectKey.MAX_PATH_BYTES) : path;
            return new Item(shown, Status.REJECTED, null, reason, detail);
        }
    }

    public enum Status {
        STORED,
        REJECTED;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
