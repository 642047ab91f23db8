package dev.winnow.curation.map;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Datasets on their last maps. Images that arrived since are placed whenever the map is read, without drawing it anew,
 * see {@link Placement}.
 */
@ApplicationScoped
public class DatasetMaps {

    /** Each costs two queries to the index; with more of them a new map is due. */
    static final int PLACED_AT_ONCE = 1_000;

    /** Past so many images the index's graph finds the neighbours of an arrival, instead of comparing each. */
    private static final int EXACT_UP_TO = 50_000;

    /** Arrivals have no place yet, and may be each other's nearest: so many are passed over. */
    private static final int SPARE = 100;

    private static final int PAGE = 1_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final MapStore store;

    DatasetMaps(Datasets datasets, VectorIndex index, MapStore store) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
    }

    /**
     * The dataset as it is now, on its last map. Reads what the index knows of every image, and places at most
     * {@value #PLACED_AT_ONCE} arrivals, in the order of their ids; memory about 1 KB an image.
     *
     * @throws NotFoundException if there is no such dataset, or no map of it
     */
    public MapView view(String dataset) {
        Freshness freshness = datasets.freshness(dataset);
        long images = datasets.get(dataset).images();
        DatasetMap map = store.find(dataset).orElseThrow(() -> new NotFoundException("map of dataset", dataset));
        Map<ImageId, DatasetMap.Point> drawn = new HashMap<>();
        map.points().forEach(point -> drawn.put(point.id(), point));
        List<MapView.Point> points = new ArrayList<>();
        List<DatasetImage> arrivals = new ArrayList<>();
        int stayed = 0;
        for (DatasetImage image : images(dataset)) {
            DatasetMap.Point point = drawn.get(image.id());
            stayed += point == null ? 0 : 1;
            if (point != null && point.isOf(image)) {
                points.add(new MapView.Point(image, point.x(), point.y(), false));
            } else {
                // A new file under an old path is somewhere else now, and places nobody.
                drawn.remove(image.id());
                arrivals.add(image);
            }
        }
        Optional<VectorIndex> its = index.of(map.model());
        int arrived = 0;
        if (its.isPresent()) {
            int limit = map.neighbours() + Math.min(SPARE, arrivals.size());
            Placement placement = new Placement(dataset, map, drawn, its.get(), limit, images <= EXACT_UP_TO);
            for (DatasetImage image : arrivals.subList(0, Math.min(PLACED_AT_ONCE, arrivals.size()))) {
                double @Nullable [] place = placement.of(image);
                if (place != null) {
                    points.add(new MapView.Point(image, place[0], place[1], true));
                    arrived++;
                }
            }
        }
        return new MapView(
                dataset,
                map.model(),
                map.method(),
                map.trustworthiness(),
                map.watermark(),
                arrived,
                arrivals.size() - arrived,
                map.points().size() - stayed,
                points,
                freshness);
    }

    private List<DatasetImage> images(String dataset) {
        List<DatasetImage> images = new ArrayList<>();
        ImageId from = null;
        do {
            VectorIndex.Page page = index.page(dataset, Filter.ALL, PAGE, from);
            images.addAll(page.images());
            from = page.next();
        } while (from != null);
        return images;
    }
}
