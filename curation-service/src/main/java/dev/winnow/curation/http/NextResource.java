package dev.winnow.curation.http;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.frontier.Frontiers;
import dev.winnow.curation.frontier.NextImages;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which images to label next. */
@Path("/v1/datasets/{dataset}/next")
@RunOnVirtualThread
public class NextResource {

    private static final double HEAVIEST = 1_000;

    private final Frontiers frontiers;

    NextResource(Frontiers frontiers) {
        this.frontiers = frontiers;
    }

    /** {@code exclude} has ids of images, separated by commas, and may be given several times. */
    @GET
    public NextImages next(
            String dataset,
            @QueryParam("n") @DefaultValue("50") int n,
            @QueryParam("uncertainty") @DefaultValue("0") double uncertainty,
            @QueryParam("exclude") List<String> exclude) {
        InvalidParameterException.checkRange("n", n, 1, Frontiers.MOST);
        InvalidParameterException.checkRange("uncertainty", uncertainty, 0, HEAVIEST);
        Set<ImageId> excluded = exclude.stream()
                .filter(ids -> !ids.isEmpty())
                .flatMap(ids -> Stream.of(ids.split(",", -1)))
                .map(id -> ImageResource.id("exclude", id))
                .collect(Collectors.toSet());
        InvalidParameterException.checkRange("exclude", excluded.size(), 0, Frontiers.MOST);
        return frontiers.next(dataset, n, uncertainty, excluded);
    }
}
