package dev.winnow.curation.slices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.winnow.contract.ImageId;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.index.Filter;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.objects.Concurrently;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Making slices, and reading them. A version never changes once it is there, whatever becomes of its images; two that are
 * made at the same time become two versions.
 */
@ApplicationScoped
public class Slices {

    private static final int NAMED = 1_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final SliceStore store;
    private final SliceRows rows;

    public Slices(Datasets datasets, VectorIndex index, SliceStore store) {
        this.datasets = datasets;
        this.index = index;
        this.store = store;
        this.rows = new SliceRows(index, store);
    }

    /**
     * What came of making a version.
     *
     * @param isNew false where the latest version already says the same of the same images, and is returned
     * @param missing images that were named and that the dataset does not have, the first {@value #NAMED}
     */
    public record Made(Slice slice, boolean isNew, List<ImageId> missing) {}

    /**
     * Makes the next version of a slice.
     *
     * @param expected what must be true of the latest version, 0 for none
     * @throws SliceChangedException if it is not true
     * @throws NotFoundException if there is no such dataset, or a slice it is made of
     * @throws InvalidParameterException if of the images that are named the dataset has none
     */
    public Made make(
            SliceName slice, SliceSource source, String by, @Nullable String description, IntPredicate expected) {
        check(slice, expected);
        Freshness freshness = datasets.freshness(slice.dataset());
        long images =
                switch (source) {
                    // A combination needs no image that is still there.
                    case SliceSource.Combined combined -> index.count(slice.dataset(), Filter.ALL);
                    default -> datasets.get(slice.dataset()).images();
                };
        List<SliceVersion> of = source instanceof SliceSource.Combined combined ? versions(combined) : List.of();
        SliceNote note = new SliceNote(
                index.model().orElseThrow(() -> new NotFoundException("dataset", slice.dataset())),
                told(source, of),
                source instanceof SliceSource.Listed listed
                        ? (long) listed.ids().size()
                        : null,
                new Watermark((int) images, freshness),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                by,
                description);
        List<ImageId> missing = new ArrayList<>();
        try (SliceStore.Draft draft = store.draft(note)) {
            try (CloseableIterator<SlicedImage> found = rows(slice.dataset(), source, of, id -> {
                if (missing.size() < NAMED) {
                    missing.add(id);
                }
            })) {
                found.forEachRemaining(draft::add);
            }
            long size = draft.complete();
            if (size == 0 && source instanceof SliceSource.Listed) {
                throw new InvalidParameterException(
                        "images", "expected images of the dataset, of those named it has none");
            }
            return save(slice, draft, new Slice(slice.at(1), size, note), missing, expected);
        }
    }

    private Made save(
            SliceName slice, SliceStore.Draft draft, Slice made, List<ImageId> missing, IntPredicate expected) {
        while (true) {
            int latest = check(slice, expected);
            Optional<Slice> before = latest == 0 ? Optional.empty() : store.find(slice.at(latest));
            if (before.isPresent() && isSame(before.get(), made, draft)) {
                return new Made(before.get(), false, missing);
            }
            SliceVersion next = slice.at(Math.max(latest, store.retired(slice)) + 1);
            // Whenever this fails somebody else's version has succeeded, so all of them come to an end.
            if (draft.save(next)) {
                return new Made(new Slice(next, made.images(), made.note()), true, missing);
            }
        }
    }

    /** The latest version, 0 if there is none. */
    private int check(SliceName slice, IntPredicate expected) {
        List<Integer> versions = store.versions(slice);
        int latest = versions.isEmpty() ? 0 : versions.getLast();
        if (!expected.test(latest)) {
            throw new SliceChangedException(slice, latest);
        }
        return latest;
    }

    private boolean isSame(Slice before, Slice made, SliceStore.Draft draft) {
        if (before.images() != made.images() || !before.note().saysTheSame(made.note())) {
            return false;
        }
        try (CloseableIterator<SlicedImage> one = store.open(before.version(), null);
                CloseableIterator<SlicedImage> two = draft.images()) {
            while (one.hasNext() && two.hasNext()) {
                if (!one.next().equals(two.next())) {
                    return false;
                }
            }
            return one.hasNext() == two.hasNext();
        }
    }

    private static ObjectNode told(SliceSource source, List<SliceVersion> of) {
        return switch (source) {
            case SliceSource.Listed listed -> listed.told();
            case SliceSource.Without without -> without.told();
            case SliceSource.Matching matching -> matching.told();
            case SliceSource.Combined combined -> {
                ObjectNode told = SliceSource.told(combined.operation().name().toLowerCase(Locale.ROOT));
                of.forEach(version -> told.withArray("of").add(version.toString()));
                yield told;
            }
        };
    }

    private CloseableIterator<SlicedImage> rows(
            String dataset, SliceSource source, List<SliceVersion> of, Consumer<ImageId> missing) {
        return switch (source) {
            case SliceSource.Listed listed -> rows.listed(dataset, listed.ids(), missing);
            case SliceSource.Without without ->
                rows.matching(dataset, Filter.ALL, id -> !without.ids().contains(id));
            case SliceSource.Matching matching -> rows.matching(dataset, matching.filter(), id -> true);
            case SliceSource.Combined combined -> rows.combined(dataset, combined.operation(), of);
        };
    }

    private List<SliceVersion> versions(SliceSource.Combined combined) {
        return combined.slices().stream().map(ref -> get(ref).version()).toList();
    }

    /**
     * A version, or the latest one.
     *
     * @throws NotFoundException if there is no such slice or version
     */
    public Slice get(SliceRef ref) {
        Integer version = ref.version();
        if (version == null) {
            List<Integer> versions = store.versions(ref.slice());
            if (versions.isEmpty()) {
                throw new NotFoundException("slice", ref.slice().name());
            }
            version = versions.getLast();
        }
        SliceVersion wanted = ref.slice().at(version);
        return store.find(wanted).orElseThrow(() -> new NotFoundException("slice", wanted));
    }

    /**
     * All versions of a slice, the latest first.
     *
     * @throws NotFoundException if there is no such slice
     */
    public List<Slice> versions(SliceName slice) {
        List<SliceVersion> versions =
                store.versions(slice).reversed().stream().map(slice::at).toList();
        if (versions.isEmpty()) {
            throw new NotFoundException("slice", slice.name());
        }
        return found(versions);
    }

    /** The latest versions of a dataset's slices; {@code next} is null on the last page. */
    public record SlicePage(List<Slice> slices, @Nullable String next) {}

    /**
     * Part of the slices of a dataset.
     *
     * @param after what {@link SlicePage#next} of the page before was; null for the first page
     * @throws NotFoundException if there is neither such a dataset nor a slice of one
     */
    public SlicePage list(String dataset, int limit, @Nullable String after) {
        SliceName.checkDataset(dataset);
        if (after != null) {
            var unused = SliceRef.parse("cursor", dataset, after);
        }
        List<SliceVersion> latest = store.latest(dataset, after, limit + 1);
        if (latest.isEmpty() && after == null) {
            datasets.get(dataset);
        }
        boolean more = latest.size() > limit;
        List<SliceVersion> page = more ? latest.subList(0, limit) : latest;
        return new SlicePage(found(page), more ? page.getLast().name() : null);
    }

    /** One that was deleted meanwhile is none any more. */
    private List<Slice> found(List<SliceVersion> versions) {
        return Concurrently.map(versions, store::find).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * The images of a version, ascending by id, in constant memory; the caller closes it.
     *
     * @throws NotFoundException if there is no such version
     */
    public CloseableIterator<SlicedImage> images(SliceVersion version) {
        return store.open(version, null);
    }

    /** The same, their ids only. */
    public CloseableIterator<ImageId> ids(SliceVersion version) {
        CloseableIterator<SlicedImage> images = images(version);
        return new CloseableIterator<>() {
            @Override
            public boolean hasNext() {
                return images.hasNext();
            }

            @Override
            public ImageId next() {
                return images.next().id();
            }

            @Override
            public void close() {
                images.close();
            }
        };
    }

    /** A version as a Parquet file; the caller closes the stream. */
    public InputStream file(SliceVersion version) {
        return store.file(version);
    }

    /** Part of a version's images, from one on. */
    List<SlicedImage> part(SliceVersion version, @Nullable ImageId from, int limit) {
        try (CloseableIterator<SlicedImage> images = store.open(version, from)) {
            return Stream.generate(() -> images.hasNext() ? Optional.of(images.next()) : Optional.<SlicedImage>empty())
                    .limit(limit)
                    .takeWhile(Optional::isPresent)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /**
     * Deletes all versions of a slice; its images stay.
     *
     * @throws NotFoundException if there is no such slice
     */
    public void delete(SliceName slice) {
        List<Integer> versions = store.versions(slice);
        if (versions.isEmpty()) {
            throw new NotFoundException("slice", slice.name());
        }
        store.delete(slice, versions.getLast());
    }
}
