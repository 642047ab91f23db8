package dev.winnow.ingest.http;

import dev.winnow.ingest.Reconciler;
import dev.winnow.ingest.UnavailableException;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jboss.logging.Logger;

/** Reconciliation, on demand and by the clock. */
@Path("/v1/datasets/{dataset}/reconcile")
@RunOnVirtualThread
public class ReconcileResource {

    private static final Logger LOG = Logger.getLogger(ReconcileResource.class);

    private final Reconciler reconciler;

    public ReconcileResource(Reconciler reconciler) {
        this.reconciler = reconciler;
    }

    @POST
    public Reconciler.Report reconcile(@PathParam("dataset") String dataset) {
        return reconciler.reconcile(dataset);
    }

    /** Every replica does this; what they publish twice is looked at twice, no more. */
    @Scheduled(every = "${winnow.reconcile.every:off}", delayed = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    void everyDataset() {
        try {
            reconciler.reconcileAll().forEach(report -> LOG.infof("reconciled %s", report));
        } catch (UnavailableException e) {
            LOG.warnf("reconciliation put off to the next time: %s", e.summary());
        }
    }
}
