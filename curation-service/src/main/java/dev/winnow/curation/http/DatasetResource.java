package dev.winnow.curation.http;

import dev.winnow.contract.EmbeddingEvent.ImageRejected;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.FailureReplay;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.labels.LabelImport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datasets: their state, their labels, and what could not be embedded. */
@Path("/v1/datasets")
@RunOnVirtualThread
public class DatasetResource {

    private final Datasets datasets;
    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final LabelImport labels;
    private final FailureReplay replay;

    DatasetResource(
            Datasets datasets, VectorIndex index, DatasetLedger ledger, LabelImport labels, FailureReplay replay) {
        this.datasets = datasets;
        this.index = index;
        this.ledger = ledger;
        this.labels = labels;
        this.replay = replay;
    }

    /** All datasets. */
    public record DatasetList(List<Datasets.Dataset> datasets) {}

    /** One dataset, and the model its vectors are of; null while there is none. */
    public record DatasetState(
            String name,
            long images,
            long pending,
            long failed,
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
                state.asOf(),
                index.model().orElse(null));
    }

    @POST
    @Path("/{dataset}/annotations")
    @Consumes("text/csv")
    public LabelImport.Imported annotate(String dataset, InputStream csv) {
        // Broken UTF-8 becomes U+FFFD, which no path contains: such a row is reported, and disturbs no other.
        return labels.importCsv(dataset, new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8)));
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
