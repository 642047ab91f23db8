package dev.winnow.curation.http;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.FailureReplay;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.index.VectorIndex;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datasets: their state, and what could not be embedded. */
@Path("/v1/datasets")
@RunOnVirtualThread
public class DatasetResource {

    private final Datasets datasets;
    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final FailureReplay replay;

    DatasetResource(Datasets datasets, VectorIndex index, DatasetLedger ledger, FailureReplay replay) {
        this.datasets = datasets;
        this.index = index;
        this.ledger = ledger;
        this.replay = replay;
    }

    /** All datasets. */
    public record DatasetList(List<Datasets.Dataset> datasets) {}

    /** One dataset, how many boxes of it have a vector, and the model of the vectors; null while there is none. */
    public record DatasetState(
            String name,
            long images,
            long pending,
            long failed,
            long objects,
            Instant asOf,
            @Nullable String model) {}

    /** An image that could not be embedded. */
    public record FailureView(ImageId id, String path, String reason, String detail, Instant at) {
        FailureView(ImageRejected rejected) {
            this(rejected.image(), rejected.path(), rejected.reason(), rejected.detail(), rejected.at());
        }
    }

    /** What could not be embedded. */
    public record FailureList(List<FailureView> failures, Freshness freshness) {}

    /** How many images were asked for once more. */
    public record Replayed(int replayed) {}

    @GET
    public DatasetList list() {
        return new DatasetList(datasets.list());
    }

    @GET
    @Path("/{dataset}")
    public DatasetState get(String dataset) {
        Datasets.Dataset state = datasets.get(dataset);
        return new DatasetState(
                state.name(),
                state.images(),
                state.pending(),
                state.failed(),
                datasets.objects(dataset),
                state.asOf(),
                index.model().orElse(null));
    }

    @GET
    @Path("/{dataset}/failures")
    public FailureList failures(String dataset) {
        datasets.get(dataset);
        return new FailureList(
                ledger.failures(dataset).stream().map(FailureView::new).toList(), ledger.freshness(dataset));
    }

    @POST
    @Path("/{dataset}/failures/replay")
    @Consumes(MediaType.WILDCARD)
    public Replayed replay(String dataset) {
        datasets.get(dataset);
        return new Replayed(replay.replay(ledger.failures(dataset)));
    }
}
