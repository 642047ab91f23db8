package dev.winnow.curation.clusters;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.DatasetLedger;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.vectors.Neighbours;
import dev.winnow.curation.vectors.Vectors;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The clusters of a dataset as they are now: those of the last fit, and in them what has been embedded since. An arrival
 * is placed when it is asked for ({@link NearestCluster}); nothing is written. An image that was replaced counts as
 * an arrival, one that was removed is gone. A question reads the vectors of all arrivals: fit again when they are many. Of the
 * dataset asked for last it is kept which image is where, about 150 bytes an image.
 */
@ApplicationScoped
public class CurrentClusters {

    /** The ledger's times are the workers', the fit's is ours. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(1);

    private static final int VECTORS_AT_A_TIME = 1000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final DatasetLedger ledger;
    private final ClusterFits fits;
    private final Neighbours neighbours;
    private volatile @Nullable Known last;

    /** Who is where in a fit. */
    private record Known(UUID fit, ClusterMembers members) {}

    CurrentClusters(
            Datasets datasets, VectorIndex index, DatasetLedger ledger, ClusterFits fits, Neighbours neighbours) {
        this.datasets = datasets;
        this.index = index;
        this.ledger = ledger;
        this.fits = fits;
        this.neighbours = neighbours;
    }

    /**
     * The state of a dataset's clusters.
     *
     * @param arrivals how many images came into each cluster since the fit, by its id, noise under −1; null where the vectors of the
     *     fit's model are served no more: fit again
     */
    public record State(ClusterFit fit, @Nullable SortedMap<Integer, Integer> arrivals, Freshness freshness) {}

    /**
     * An image in its cluster.
     *
     * @param similarity to the cluster's centre; of noise to the nearest one
     * @param arrival whether it came after the fit
     */
    public record Member(DatasetImage image, double similarity, boolean arrival) {}

    /** @param next where the next page begins; null on the last one */
    public record Page(List<Member> members, @Nullable String next, Freshness freshness) {}

    private record Arrival(int cluster, float similarity) {}

    /** @throws NotFoundException if there is no such dataset, or it was never clustered */
    public State state(String dataset) {
        Freshness freshness = freshness(dataset);
        ClusterFit fit = fit(dataset);
        return new State(
                fit,
                index.of(fit.model())
                        .map(its -> {
                            SortedMap<Integer, Integer> counts = new TreeMap<>();
                            arrivals(fit, membersOf(fit), its)
                                    .values()
                                    .forEach(arrival -> counts.merge(arrival.cluster, 1, Integer::sum));
                            return counts;
                        })
                        .orElse(null),
                freshness);
    }

    /**
     * A page of a cluster's images: those of the fit, the most typical first, then arrivals.
     *
     * @param cluster the cluster's id, or −1 for noise
     * @param cursor {@link Page#next} of the page before, or null
     * @throws NotFoundException if there is no such dataset or cluster
     * @throws InvalidParameterException if the cursor is not one of this fit
     */
    public Page members(String dataset, int cluster, int limit, @Nullable String cursor) {
        Freshness freshness = freshness(dataset);
        ClusterFit fit = fit(dataset);
        if (cluster != Clustering.NOISE && fit.clusters().stream().noneMatch(known -> known.id() == cluster)) {
            throw new NotFoundException("cluster", cluster);
        }
        VectorIndex its = index.of(fit.model()).orElse(index);
        ClusterMembers members = membersOf(fit);
        Cursor from = Cursor.parse(fit, cursor);
        List<Member> page = new ArrayList<>();
        int[] rows = members.rows(cluster);
        int position = from.position == null ? rows.length : from.position;
        while (page.size() < limit && position < rows.length) {
            int end = Math.min(rows.length, position + limit - page.size());
            page.addAll(fitted(dataset, its, members, rows, position, end));
            position = end;
        }
        if (page.size() == limit && position < rows.length) {
            return new Page(page, fit.id() + "." + position, freshness);
        }
        SortedMap<String, Arrival> arrived = new TreeMap<>();
        if (index.of(fit.model()).isPresent()) {
            arrivals(fit, members, its).forEach((id, arrival) -> {
                if (arrival.cluster == cluster && id.toString().compareTo(from.arrival) >= 0) {
                    arrived.put(id.toString(), arrival);
                }
            });
        }
        List<ImageId> shown = arrived.keySet().stream()
                .limit(limit - page.size())
                .map(ImageId::parse)
                .toList();
        Map<ImageId, DatasetImage> images = byId(its.images(dataset, shown));
        for (ImageId id : shown) {
            DatasetImage image = images.get(id);
            Arrival arrival = arrived.remove(id.toString());
            if (image != null && arrival != null) {
                page.add(new Member(image, arrival.similarity, true));
            }
        }
        return new Page(page, arrived.isEmpty() ? null : fit.id() + "." + arrived.firstKey(), freshness);
    }

    private static List<Member> fitted(
            String dataset, VectorIndex index, ClusterMembers members, int[] rows, int from, int to) {
        List<ImageId> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add(members.id(rows[i]));
        }
        Map<ImageId, DatasetImage> images = byId(index.images(dataset, ids));
        List<Member> found = new ArrayList<>();
        for (int i = from; i < to; i++) {
            DatasetImage image = images.get(ids.get(i - from));
            if (image != null && members.holds(image)) {
                found.add(new Member(image, members.similarity(rows[i]), false));
            }
        }
        return found;
    }

    /** Where each image belongs that came, or was replaced, after the fit. */
    private Map<ImageId, Arrival> arrivals(ClusterFit fit, ClusterMembers members, VectorIndex its) {
        List<ImageId> candidates =
                ledger.embeddedSince(fit.dataset(), fit.watermark().asOf().minus(CLOCKS_DIFFER_BY));
        NearestCluster nearest = new NearestCluster(fit, neighbours);
        Map<ImageId, Arrival> arrivals = new HashMap<>();
        for (int from = 0; from < candidates.size(); from += VECTORS_AT_A_TIME) {
            List<ImageId> ids = new ArrayList<>();
            Vectors.Builder vectors = new Vectors.Builder(fit.dimension(), VECTORS_AT_A_TIME);
            for (VectorIndex.Embedded embedded : its.embedded(
                    fit.dataset(), candidates.subList(from, Math.min(candidates.size(), from + VECTORS_AT_A_TIME)))) {
                if (!members.holds(embedded.image())) {
                    ids.add(embedded.image().id());
                    vectors.add(embedded.vector());
                }
            }
            NearestCluster.Placed placed = nearest.place(vectors.build());
            for (int i = 0; i < ids.size(); i++) {
                arrivals.put(ids.get(i), new Arrival(placed.cluster()[i], placed.similarity()[i]));
            }
        }
        return arrivals;
    }

    private ClusterMembers membersOf(ClusterFit fit) {
        Known known = last;
        if (known == null || !known.fit.equals(fit.id())) {
            known = new Known(fit.id(), ClusterMembers.of(fit));
            last = known;
        }
        return known.members;
    }

    private Freshness freshness(String dataset) {
        Datasets.Dataset state = datasets.get(dataset);
        return new Freshness(state.pending(), state.failed(), state.asOf());
    }

    private ClusterFit fit(String dataset) {
        Optional<ClusterFit> fit = fits.find(dataset);
        return fit.orElseThrow(() -> new NotFoundException("clusters of dataset", dataset));
    }

    private static Map<ImageId, DatasetImage> byId(List<DatasetImage> images) {
        Map<ImageId, DatasetImage> byId = new HashMap<>();
        images.forEach(image -> byId.put(image.id(), image));
        return byId;
    }

    /**
     * Where a page begins: {@code {fit}.{position}} among the fit's images, or {@code {fit}.{image id}} among the arrivals.
     *
     * @param position null once the fit's images have all been shown
     * @param arrival the first arrival to show; empty for all
     */
    private record Cursor(@Nullable Integer position, String arrival) {

        static Cursor parse(ClusterFit fit, @Nullable String text) {
            if (text == null) {
                return new Cursor(0, "");
            }
            String prefix = fit.id() + ".";
            String rest = text.startsWith(prefix) ? text.substring(prefix.length()) : "";
            try {
                if (rest.matches("[0-9]{1,9}")) {
                    return new Cursor(Integer.valueOf(rest), "");
                }
                return new Cursor(null, ImageId.parse(rest).toString());
            } catch (IllegalArgumentException e) {
                throw new InvalidParameterException(
                        "cursor", "expected a next_cursor of this fit: begin anew after another fit");
            }
        }
    }
}
