package dev.winnow.curation;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.ObjectIndex;
import dev.winnow.curation.index.VectorIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which datasets there are and how far they are embedded. */
@ApplicationScoped
public class Datasets {

    private final VectorIndex index;
    private final ObjectIndex objects;
    private final DatasetLedger ledger;

    public Datasets(VectorIndex index, ObjectIndex objects, DatasetLedger ledger) {
        this.index = index;
        this.objects = objects;
        this.ledger = ledger;
    }

    /**
     * A dataset's state.
     *
     * @param images how many are in the index
     * @param pending how many are on their way
     * @param failed how many could not be embedded
     * @param asOf up to when this was known
     */
    public record Dataset(String name, long images, long pending, long failed, Instant asOf) {
        Dataset(String name, long images, Freshness freshness) {
            this(name, images, freshness.pending(), freshness.failed(), freshness.asOf());
        }
    }

    /** All datasets, by name. */
    public List<Dataset> list() {
        Map<String, Long> counts = new TreeMap<>(index.datasets());
        ledger.datasets().forEach(name -> counts.putIfAbsent(name, 0L));
        List<Dataset> datasets = new ArrayList<>();
        counts.forEach((name, images) -> datasets.add(new Dataset(name, images, ledger.freshness(name))));
        return datasets;
    }

    /**
     * One dataset.
     *
     * @throws NotFoundException if it has neither an image nor a pending or failed one
     */
    public Dataset get(String name) {
        // Freshness first: an image that arrives in between is then counted as both, never as neither.
        Freshness freshness = ledger.freshness(name);
        Dataset dataset = new Dataset(name, index.count(name, Filter.ALL), freshness);
        if (dataset.images + dataset.pending + dataset.failed == 0) {
            throw new NotFoundException("dataset", name);
        }
        return dataset;
    }

    /**
     * One image of a dataset.
     *
     * @throws NotFoundException if it is not in the index, or of another dataset
     */
    public VectorIndex.Embedded image(String dataset, ImageId id) {
        return index.find(dataset, id).orElseThrow(() -> new NotFoundException("image", id));
    }

    /** How many boxes of the dataset are in the index. */
    public long objects(String dataset) {
        return objects.count(dataset);
    }

    public Freshness freshness(String dataset) {
        return ledger.freshness(dataset);
    }
}
