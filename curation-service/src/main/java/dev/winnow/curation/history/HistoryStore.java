package dev.winnow.curation.history;

import dev.winnow.contract.ImageId;
import java.util.List;

/**
 * Where history lives. Every method throws {@link dev.winnow.curation.DependencyUnavailableException} while the store does
 * not answer.
 */
public interface HistoryStore {

    /** Keeps entries on images of a dataset; all of them are safe when this returns. */
    void append(String dataset, List<HistoryEntry> entries);

    /** All that was written on an image, the newest first. */
    List<HistoryEntry> of(String dataset, ImageId image);
}
