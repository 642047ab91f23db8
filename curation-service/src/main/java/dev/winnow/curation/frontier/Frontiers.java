package dev.winnow.curation.frontier;

import dev.winnow.contract.ImageId;
import dev.winnow.curation.CurationConfig;
import dev.winnow.curation.Datasets;
import dev.winnow.curation.Freshness;
import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.NotFoundException;
import dev.winnow.curation.Watermark;
import dev.winnow.curation.index.Edited;
import dev.winnow.curation.index.VectorIndex;
import dev.winnow.curation.snapshots.Snapshots;
import dev.winnow.curation.vectors.Neighbours;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The frontiers of the datasets that were asked for last. One is made when it is first asked for, and kept current from then on: by outcomes of
 * the worker, by what this replica writes, and, for what others write, by reading the dataset again once in a while. They take at
 * most as much memory as configured; the least recently asked for goes first.
 */
@ApplicationScoped
public class Frontiers {

    public static final int MOST = 1_000;

    private final Datasets datasets;
    private final VectorIndex index;
    private final Snapshots snapshots;
    private final Neighbours neighbours;
    private final long maxBytes;
    /** Two datasets at a time; their work is all in memory, or waits for the index. */
    private final ExecutorService worker = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("frontier-", 0).daemon().factory());

    /** From the least to the most recently asked for. */
    private final LinkedHashMap<String, KeptFrontier> kept = new LinkedHashMap<>(16, 0.75f, true);

    Frontiers(Datasets datasets, VectorIndex index, Snapshots snapshots, Neighbours neighbours, CurationConfig config) {
        this.datasets = datasets;
        this.index = index;
        this.snapshots = snapshots;
        this.neighbours = neighbours;
        this.maxBytes = config.vectors().frontierBytes();
    }

    @PreDestroy
    void stop() {
        worker.shutdownNow();
    }

    /** An image's point was written or removed, or what is known of it was edited. */
    public void touched(String dataset, ImageId image) {
        KeptFrontier frontier = known(dataset);
        if (frontier != null) {
            frontier.touched(image);
        }
    }

    void edited(@Observes Edited edited) {
        edited.images().forEach(image -> touched(edited.dataset(), image));
    }

    /**
     * Which images to label next, the first one first.
     *
     * @param n at most {@value #MOST}
     * @param uncertainty its weight, 0 and up; that of coverage is 1
     * @param exclude images somebody else is at
     * @throws NotFoundException if there is no such dataset
     * @throws NotReadyException while the frontier of a large dataset is being made
     * @throws InvalidParameterException if the dataset is too large
     */
    public NextImages next(String dataset, int n, double uncertainty, Set<ImageId> exclude) {
        Datasets.Dataset state = datasets.get(dataset);
        VectorIndex.Served served = index.served().orElseThrow(() -> new NotFoundException("dataset", dataset));
        check(state.images(), served.index().dimension());
        KeptFrontier frontier = keep(dataset, served.model());
        try {
            frontier.await();
        } catch (NotReadyException e) {
            throw e;
        } catch (RuntimeException e) {
            // It could not be made; whoever asks next begins anew.
            forget(frontier);
            throw e;
        }
        KeptFrontier.Answer answer = frontier.next(served.index(), n, uncertainty, exclude);
        makeRoom(dataset);
        return new NextImages(
                dataset,
                served.model(),
                new NextImages.Objectives(1, uncertainty),
                new Watermark(answer.images(), new Freshness(state.pending(), state.failed(), state.asOf())),
                answer.reconciledAt(),
                answer.unapplied(),
                answer.labelled(),
                answer.candidates(),
                answer.next());
    }

    private void check(long images, int dimension) {
        long bytes = images * (4L * dimension + Frontier.BYTES_AN_IMAGE);
        if (bytes > maxBytes) {
            throw new InvalidParameterException(
                    "dataset",
                    "expected one whose frontier takes at most " + maxBytes
                            + " bytes (winnow.vectors.frontier-bytes), got " + bytes
                            + ": run a select job that starts from the labelled images");
        }
    }

    private synchronized @Nullable KeptFrontier known(String dataset) {
        // Not by get, for an arrival is no use of it; there are few.
        return kept.values().stream()
                .filter(frontier -> frontier.dataset().equals(dataset))
                .findFirst()
                .orElse(null);
    }

    private synchronized KeptFrontier keep(String dataset, String model) {
        KeptFrontier frontier = kept.get(dataset);
        if (frontier == null || !frontier.model().equals(model)) {
            frontier = new KeptFrontier(dataset, model, index, snapshots, neighbours, worker, maxBytes, this::forget);
            kept.put(dataset, frontier);
            frontier.make();
        }
        return frontier;
    }

    private synchronized void forget(KeptFrontier frontier) {
        kept.remove(frontier.dataset(), frontier);
    }

    /** The least recently asked for go, but for the one just asked for. */
    private synchronized void makeRoom(String dataset) {
        long bytes = kept.values().stream().mapToLong(KeptFrontier::bytes).sum();
        Iterator<KeptFrontier> leastRecent = kept.values().iterator();
        while (bytes > maxBytes && leastRecent.hasNext()) {
            KeptFrontier frontier = leastRecent.next();
            if (!frontier.dataset().equals(dataset)) {
                bytes -= frontier.bytes();
                leastRecent.remove();
            }
        }
    }
}
