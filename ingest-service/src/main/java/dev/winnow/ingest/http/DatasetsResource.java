package dev.winnow.ingest.http;

import dev.winnow.ingest.Reconciler;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** The datasets there are in the bucket, whatever the index has of them: what there is to reconcile. */
@Path("/v1/datasets")
@RunOnVirtualThread
public class DatasetsResource {

    private final Reconciler reconciler;

    public DatasetsResource(Reconciler reconciler) {
        this.reconciler = reconciler;
    }

    /** Names, sorted. */
    public record Datasets(List<String> datasets) {}

    @GET
    public Datasets datasets() {
        return new Datasets(reconciler.datasets());
    }
}
