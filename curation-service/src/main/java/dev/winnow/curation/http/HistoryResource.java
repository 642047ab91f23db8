package dev.winnow.curation.http;

import dev.winnow.contract.ImageId;
import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.history.HistoryEntry;
import dev.winnow.curation.history.HistoryStore;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;

/** What was written on an image, by whom, when and how. */
@Path("/v1/datasets/{dataset}/images/{id}/history")
@RunOnVirtualThread
public class HistoryResource {

    private final Datasets datasets;
    private final HistoryStore history;

    HistoryResource(Datasets datasets, HistoryStore history) {
        this.datasets = datasets;
        this.history = history;
    }

    /**
     * The newest entries, the newest first.
     *
     * @param count how many there are
     */
    public record History(ImageId image, int count, List<HistoryEntry> entries) {}

    /** Also of an image that has gone from the index, as the last of its dataset too, if anything was written on it. */
    @GET
    public History get(String dataset, String id, @QueryParam("limit") @DefaultValue("1000") int limit) {
        InvalidParameterException.checkRange("limit", limit, 1, 10_000);
        ImageId image = ImageResource.id("id", id);
        checkName(dataset);
        List<HistoryEntry> entries = history.of(dataset, image);
        if (entries.isEmpty()) {
            datasets.get(dataset);
            datasets.image(dataset, image);
        }
        return new History(image, entries.size(), entries.stream().limit(limit).toList());
    }

    /** It becomes part of object keys: one that is none must not lead elsewhere. */
    private static void checkName(String dataset) {
        try {
            var unused = new ObjectKey(dataset, "any");
        } catch (InvalidNameException e) {
            throw new NotFoundException("dataset", dataset);
        }
    }
}
