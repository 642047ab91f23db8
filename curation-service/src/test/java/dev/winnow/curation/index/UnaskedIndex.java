package dev.winnow.curation.index;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.DatasetImage;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fails the test with each question; what a test asks, its own index answers. */
public abstract class UnaskedIndex implements VectorIndex {

    private static AssertionError notAskedFor() {
        return new AssertionError("not asked for");
    }

    @Override
    public Optional<String> model() {
        throw notAskedFor();
    }

    @Override
    public Optional<VectorIndex> of(String model) {
        throw notAskedFor();
    }

    @Override
    public Optional<Served> served() {
        throw notAskedFor();
    }

    @Override
    public SimilarityIndex among(Kind kind) {
        throw notAskedFor();
    }

    @Override
    public ObjectIndex objects() {
        throw notAskedFor();
    }

    @Override
    public int dimension() {
        throw notAskedFor();
    }

    @Override
    public SortedMap<String, Long> datasets() {
        throw notAskedFor();
    }

    @Override
    public long count(String dataset, Filter filter) {
        throw notAskedFor();
    }

    @Override
    public Optional<Embedded> find(String dataset, ImageId id) {
        throw notAskedFor();
    }

    @Override
    public List<ImageId> existing(String dataset, Collection<ImageId> ids) {
        throw notAskedFor();
    }

    @Override
    public List<DatasetImage> images(String dataset, Collection<ImageId> ids) {
        throw notAskedFor();
    }

    @Override
    public List<Embedded> embedded(String dataset, Collection<ImageId> ids) {
        throw notAskedFor();
    }

    @Override
    public Page page(String dataset, Filter filter, int limit, @Nullable ImageId from) {
        throw notAskedFor();
    }

    @Override
    public void scan(String dataset, Filter filter, Consumer<Embedded> consumer) {
        throw notAskedFor();
    }

    @Override
    public void apply(String dataset, List<Change> changes) {
        throw notAskedFor();
    }

    @Override
    public void edit(String dataset, List<Edit> edits) {
        throw notAskedFor();
    }
}
