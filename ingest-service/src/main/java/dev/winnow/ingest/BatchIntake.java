package dev.winnow.ingest;

import dev.winnow.contract.InvalidNameException;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.Rejection;
import dev.winnow.ingest.BatchReport.Item;
import dev.winnow.ingest.BodyBudget.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes many images in from one request. Files are read one after the other, {@value #WINDOW} of them are on their way to
 * the store at a time, and events are acknowledged together at the end. A bad file is an item of the report and disturbs no
 * other; a broken dependency fails the request, which can be repeated as a whole because storing is idempotent.
 */
public final class BatchIntake {

    static final int WINDOW = 16;

    private final Intake intake;
    private final BodyBudget budget;
    private final int maxItems;

    public BatchIntake(Intake intake, BodyBudget budget, int maxItems) {
        this.intake = intake;
        this.budget = budget;
        this.maxItems = maxItems;
    }

    /**
     * Stores the acceptable files.
     *
     * @throws InvalidNameException if {@code dataset} is no name
     * @throws FileSequence.MalformedException if not even the first file could be found
     * @throws IOException if the request itself broke off
     */
    public BatchReport store(String dataset, FileSequence files) throws IOException {
        ObjectKey.parse(dataset + "/any");
        List<Supplier<Item>> items = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            new Run(dataset, workers, items).readAll(files);
        }
        return BatchReport.of(items.stream().map(Supplier::get).toList());
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UnavailableException u ? u : e;
        }
    }

    /** The state of one request. */
    private final class Run {

        private final String dataset;
        private final ExecutorService workers;
        private final List<Supplier<Item>> items;
        private final Semaphore window = new Semaphore(WINDOW);
        private final Map<ObjectKey, CompletableFuture<Intake.Outcome>> underWay = new ConcurrentHashMap<>();

        /** Set by whichever file met it first: there is no point in reading gigabytes that cannot be stored. */
        private volatile @Nullable UnavailableException failure;

        Run(String dataset, ExecutorService workers, List<Supplier<Item>> items) {
            this.dataset = dataset;
            this.workers = workers;
            this.items = items;
        }

        void readAll(FileSequence files) throws IOException {
            while (advance(files)) {
                if (failure != null) {
                    throw failure;
                }
                if (items.size() == maxItems) {
                    items.add(done(Item.rejected(
                            files.name(), "too-many-items", "expected at most " + maxItems + " files in a request")));
                    return;
                }
                if (!read(files)) {
                    return;
                }
            }
        }

        private boolean advance(FileSequence files) throws IOException {
            try {
                return files.advance();
            } catch (FileSequence.MalformedException e) {
                if (items.isEmpty()) {
                    throw e;
                }
                items.add(done(Item.rejected("", "unreadable-archive", e.problem())));
                return false;
            }
        }

        /** Whether the sequence can be followed past this file. */
        private boolean read(FileSequence files) throws IOException {
            String name = files.name();
            ObjectKey key;
            try {
                key = new ObjectKey(dataset, name);
            } catch (InvalidNameException e) {
                items.add(done(Item.rejected(name, new Rejection.InvalidName(e.expected()))));
                return true;
            }
            if (files.refusal().isPresent()) {
                items.add(done(Item.rejected(
                        name, new Rejection.UnsupportedFormat(files.refusal().get()))));
                return true;
            }
            long limit = intake.limits().maxBytes();
            // Twice, because the pieces and the whole are held together for a moment.
            Lease lease = budget.acquire(2 * Math.min(files.sizeBound(), limit));
            boolean handedOver = false;
            try {
                BoundedBody body = new BoundedBody(limit);
                files.writeTo(body);
                if (body.overLimit()) {
                    items.add(done(Item.rejected(name, new Rejection.TooLarge(body.count(), limit))));
                    return true;
                }
                byte[] file = body.toByteArray();
                lease.shrinkTo(file.length);
                store(key, file, lease);
                handedOver = true;
                return true;
            } catch (FileSequence.MalformedException e) {
                items.add(done(Item.rejected(name, "unreadable-archive", e.problem())));
                return false;
            } finally {
                if (!handedOver) {
                    lease.close();
                }
            }
        }

        private void store(ObjectKey key, byte[] file, Lease lease) {
            // A path that comes twice is written twice, in order: the last one wins, as it would in a folder.
            CompletableFuture<Intake.Outcome> before = underWay.get(key);
            if (before != null) {
                result(before);
            }
            window.acquireUninterruptibly();
            CompletableFuture<Intake.Outcome> outcome =
                    CompletableFuture.supplyAsync(() -> storeNow(key, file, lease), workers);
            underWay.put(key, outcome);
            items.add(() -> item(key, result(outcome)));
        }

        private Intake.Outcome storeNow(ObjectKey key, byte[] file, Lease lease) {
            try (lease) {
                return intake.store(key, file);
            } catch (UnavailableException e) {
                failure = e;
                throw e;
            } finally {
                underWay.remove(key);
                window.release();
            }
        }

        private static Item item(ObjectKey key, Intake.Outcome outcome) {
            return switch (outcome) {
                case Intake.Outcome.Refused refused -> Item.rejected(key.path(), refused.rejection());
                case Intake.Outcome.Stored stored -> {
                    stored.publication().await();
                    yield Item.stored(key);
                }
            };
        }

        private static Supplier<Item> done(Item item) {
            return () -> item;
        }
    }
}
