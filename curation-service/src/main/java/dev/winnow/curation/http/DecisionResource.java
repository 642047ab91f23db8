package dev.winnow.curation.http;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.duplicates.ContradictionException;
import dev.winnow.curation.duplicates.Decision;
import dev.winnow.curation.duplicates.DecisionEditing;
import dev.winnow.curation.history.Author;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What people said of pairs of images: the same, or different. Every later search for duplicates obeys. */
@Path("/v1/datasets/{dataset}/duplicates/decisions")
@RunOnVirtualThread
public class DecisionResource {

    private static final int MAX_AT_ONCE = 1000;

    private final DecisionEditing editing;

    DecisionResource(DecisionEditing editing) {
        this.editing = editing;
    }

    /** Decisions on a dataset, in the order they were first made. */
    public record DecisionList(List<Decision> decisions) {}

    /** What is to be recorded, all or none. */
    public record Wanted(@Nullable List<@Nullable WantedDecision> decisions) {}

    /** A decision on a pair. */
    public record WantedDecision(
            @Nullable String image, @Nullable String other, Decision.@Nullable Verdict verdict) {}

    /** A decision on the pair that the address names. */
    public record WantedVerdict(Decision.@Nullable Verdict verdict) {}

    @GET
    public DecisionList list(String dataset, @QueryParam("image") @Nullable String image) {
        List<Decision> decisions = editing.list(dataset).decisions();
        if (image == null) {
            return new DecisionList(decisions);
        }
        ImageId id = ImageResource.id("image", image);
        return new DecisionList(decisions.stream()
                .filter(decision ->
                        decision.image().equals(id) || decision.other().equals(id))
                .toList());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public DecisionList record(String dataset, @QueryParam("by") @Nullable String by, @Nullable Wanted wanted) {
        if (wanted == null || wanted.decisions == null || wanted.decisions.isEmpty()) {
            throw new InvalidParameterException("decisions", "expected a list of {image, other, verdict}");
        }
        InvalidParameterException.checkRange("decisions", wanted.decisions.size(), 1, MAX_AT_ONCE);
        List<Decision> decisions = new ArrayList<>();
        for (WantedDecision decision : wanted.decisions) {
            String field = "decisions[" + decisions.size() + "]";
            if (decision == null || decision.image == null || decision.other == null) {
                throw new InvalidParameterException(field, "expected {image, other, verdict}");
            }
            decisions.add(decision(field, decision.image, decision.other, decision.verdict, by));
        }
        save(dataset, decisions);
        return new DecisionList(decisions);
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Path("/{image}/{other}")
    public Decision put(
            String dataset,
            String image,
            String other,
            @QueryParam("by") @Nullable String by,
            @Nullable WantedVerdict wanted) {
        Decision decision = decision("other", image, other, wanted == null ? null : wanted.verdict, by);
        save(dataset, List.of(decision));
        return decision;
    }

    @DELETE
    @Path("/{image}/{other}")
    public Response withdraw(String dataset, String image, String other) {
        editing.withdraw(dataset, ImageResource.id("image", image), ImageResource.id("other", other));
        return Response.noContent().build();
    }

    private void save(String dataset, List<Decision> decisions) {
        try {
            editing.record(dataset, decisions);
        } catch (ContradictionException e) {
            throw HttpProblem.builder()
                    .withTitle("Contradiction")
                    .withStatus(Response.Status.CONFLICT)
                    .withDetail(String.valueOf(e.getMessage()))
                    .build();
        }
    }

    private static Decision decision(
            String field, String image, String other, Decision.@Nullable Verdict verdict, @Nullable String by) {
        if (verdict == null) {
            throw new InvalidParameterException("verdict", "expected same or different");
        }
        ImageId one = ImageResource.id("image", image);
        ImageId two = ImageResource.id("other", other);
        if (one.equals(two)) {
            throw new InvalidParameterException(field, "expected another image");
        }
        return new Decision(
                one, two, verdict, Instant.now(), Author.of(by, "decision").by());
    }
}
