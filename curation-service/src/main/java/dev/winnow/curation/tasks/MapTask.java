package dev.winnow.curation.tasks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.Snapshot;
import dev.winnow.curation.map.DatasetMap;
import dev.winnow.curation.map.Layout;
import dev.winnow.curation.map.MapMethod;
import dev.winnow.curation.map.PrincipalComponents;
import dev.winnow.curation.map.Trustworthiness;
import dev.winnow.curation.map.Umap;
import dev.winnow.curation.map.UmapCurve;
import dev.winnow.curation.vectors.ApproximateNeighbours;
import dev.winnow.curation.vectors.NeighbourJoin;
import dev.winnow.curation.vectors.Neighbours;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A map: each image a place on a plane. It is kept as the dataset's last one, on which images that arrive are placed.
 *
 * @param method default {@code umap}
 * @param neighbours of an image whose nearness is kept, for a UMAP; default 15
 * @param minDist how near two images may come on a UMAP; default 0.1
 * @param epochs how often an edge of a UMAP pulls at most; null chooses by the number of images
 */
@JsonTypeName("map")
public record MapTask(
        @Nullable MapMethod method,
        @Nullable Integer neighbours,
        @Nullable Double minDist,
        @Nullable Integer epochs,
        @Nullable Long seed)
        implements CurationTask {

    private static final int DEFAULT_NEIGHBOURS = 15;
    private static final double DEFAULT_MIN_DIST = 0.1;
    private static final double SPREAD = 1;
    private static final int TRUSTWORTHINESS_AT = 15;

    public MapTask {
        if (neighbours != null) {
            InvalidParameterException.checkRange("neighbours", neighbours, 2, 200);
        }
        if (minDist != null) {
            InvalidParameterException.checkRange("min_dist", minDist, 0, SPREAD);
        }
        if (epochs != null) {
            InvalidParameterException.checkRange("epochs", epochs, 1, 5_000);
        }
        if (method == MapMethod.PCA) {
            only("neighbours", neighbours);
            only("min_dist", minDist);
            only("epochs", epochs);
        }
    }

    private static void only(String field, @Nullable Object value) {
        if (value != null) {
            throw new InvalidParameterException(field, "expected only with method = umap");
        }
    }

    /**
     * @param explained the share of the variance along each of the first two principal components
     * @param umap how it was drawn; null of a PCA
     * @param trustworthiness at 15 neighbours; null below three images
     * @param map as it is kept
     */
    public record MapReport(
            MapMethod method,
            double[] explained,
            @Nullable UmapSettings umap,
            @Nullable Trustworthiness trustworthiness,
            List<Point> points,
            @JsonIgnore DatasetMap map)
            implements Report {}

    /**
     * @param neighbours how many each image had: those asked for, or all others
     * @param curve nearness on the map is 1 / (1 + a·d^(2b))
     * @param approximateNeighbours how neighbours were approximated; absent where they are exact
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record UmapSettings(
            int neighbours,
            double minDist,
            double spread,
            UmapCurve curve,
            int epochs,
            String initialisation,
            ApproximateNeighbours.@Nullable Approximation approximateNeighbours) {}

    /** Where an image is. */
    public record Point(ImageId id, String path, double x, double y) {}

    @Override
    public void check(long images) {
        if (neighbours != null) {
            InvalidParameterException.checkRange("neighbours", neighbours, 2, (double) Math.max(2, images - 1));
        }
    }

    @Override
    public MapReport run(Work work) {
        Snapshot snapshot = work.snapshot();
        MapMethod chosen = method == null ? MapMethod.UMAP : method;
        PrincipalComponents plane =
                PrincipalComponents.fit(snapshot.vectors(), work.progress().part(0, 0.1));
        Layout layout = plane.project(snapshot.vectors());
        UmapSettings settings = null;
        if (chosen == MapMethod.UMAP) {
            NeighbourJoin.Joined joined = work.join()
                    .join(
                            snapshot.vectors(),
                            neighbours == null ? DEFAULT_NEIGHBOURS : neighbours,
                            seedOrDefault(),
                            work.progress().part(0.1, 0.3));
            Neighbours.Nearest join = joined.nearest();
            settings = settings(join.k(), snapshot.size(), joined.approximation());
            layout = Umap.fit(
                    join,
                    layout,
                    settings.curve,
                    settings.epochs,
                    seedOrDefault(),
                    work.progress().part(0.3, 0.9));
        }
        Trustworthiness trustworthiness = snapshot.size() < 3
                ? null
                : Trustworthiness.of(
                        work.neighbours(),
                        snapshot.vectors(),
                        layout,
                        TRUSTWORTHINESS_AT,
                        seedOrDefault(),
                        work.progress().part(0.9, 1));
        return report(snapshot, chosen, plane, layout, settings, trustworthiness);
    }

    private UmapSettings settings(
            int k, int images, ApproximateNeighbours.@Nullable Approximation approximateNeighbours) {
        double distance = minDist == null ? DEFAULT_MIN_DIST : minDist;
        return new UmapSettings(
                k,
                distance,
                SPREAD,
                UmapCurve.fit(distance, SPREAD),
                epochs == null ? Umap.epochs(images) : epochs,
                "principal components",
                approximateNeighbours);
    }

    private MapReport report(
            Snapshot snapshot,
            MapMethod chosen,
            PrincipalComponents plane,
            Layout layout,
            @Nullable UmapSettings settings,
            @Nullable Trustworthiness trustworthiness) {
        DatasetMap map = new DatasetMap(
                snapshot.dataset(),
                snapshot.model(),
                chosen,
                settings == null ? 0 : settings.neighbours,
                seedOrDefault(),
                trustworthiness,
                settings == null ? plane : null,
                snapshot.watermark(),
                IntStream.range(0, snapshot.size())
                        .mapToObj(row -> new DatasetMap.Point(
                                snapshot.image(row).id(), snapshot.image(row).etag(), layout.x()[row], layout.y()[row]))
                        .toList());
        return new MapReport(
                chosen,
                plane.explained(),
                settings,
                trustworthiness,
                IntStream.range(0, snapshot.size())
                        .mapToObj(row -> new Point(
                                snapshot.image(row).id(), snapshot.image(row).path(), layout.x()[row], layout.y()[row]))
                        .toList(),
                map);
    }
}
