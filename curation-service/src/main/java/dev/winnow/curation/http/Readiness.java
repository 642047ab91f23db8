package dev.winnow.curation.http;

import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.ImageFiles;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Ready when Qdrant and S3 answer and all events published before the start have been read. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
class Readiness implements HealthCheck {

    private final VectorIndex index;
    private final ImageFiles files;
    private final DatasetLedger ledger;

    Readiness(VectorIndex index, ImageFiles files, DatasetLedger ledger) {
        this.index = index;
        this.files = files;
        this.ledger = ledger;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("dependencies");
        boolean qdrant = qdrantAnswers();
        boolean s3 = files.answers();
        boolean events = ledger.isCaughtUp();
        return answer.withData("qdrant", qdrant)
                .withData("s3", s3)
                .withData("events", events)
                .status(qdrant && s3 && events)
                .build();
    }

    private boolean qdrantAnswers() {
        try {
            index.model();
            return true;
        } catch (DependencyUnavailableException e) {
            return false;
        }
    }
}
