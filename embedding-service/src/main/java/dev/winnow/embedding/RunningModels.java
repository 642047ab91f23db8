package dev.winnow.embedding;

import dev.winnow.embedding.image.Decoder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The models that run here: the active one, and while a change of model is under way the next one too. Which these are is
 * looked up ({@link #refresh}), the same for all workers. The service does not start without its configured model.
 */
@ApplicationScoped
@Startup
public class RunningModels {

    private static final Logger LOG = Logger.getLogger(RunningModels.class);

    /** A model that could not be loaded is tried again after this long: its file may have come. */
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private final ModelLibrary library;
    private final ModelCollections collections;
    private final ImageEmbedder embedder;
    private final MeterRegistry registry;
    private final boolean takesOver;
    private final ModelManifest configured;
    private final ReentrantLock changing = new ReentrantLock();
    /** Loaded at the start, for whatever part it has; null once another has it. */
    private @Nullable EmbeddingModel spare;

    private volatile State state =
            new State(new Roles(Optional.empty(), Optional.empty(), List.of()), null, null, null, 0);

    @Inject
    RunningModels(
            ModelLibrary library,
            ModelCollections collections,
            ImageEmbedder embedder,
            MeterRegistry registry,
            WinnowConfig config) {
        this.library = library;
        this.collections = collections;
        this.embedder = embedder;
        this.registry = registry;
        Gauge.builder("winnow.decoder", () -> 1)
                .description("1, by what images are decoded: opencv, or jdk where that does not load")
                .tag("codec", Decoder.codecName())
                .register(registry);
        this.takesOver = config.model().activate();
        this.spare = library.configured();
        this.configured = spare.manifest();
    }

    /**
     * @param problem why a model that has a part does not run here
     * @param triedAt when that was found, {@link System#nanoTime}
     */
    private record State(
            Roles roles,
            @Nullable Target active,
            @Nullable Target next,
            @Nullable String problem,
            long triedAt) {

        Stream<Target> targets() {
            return Stream.of(Optional.ofNullable(active), Optional.ofNullable(next))
                    .flatMap(Optional::stream);
        }

        boolean runsAllOf(Roles wanted) {
            return roles.equals(wanted) && problem == null;
        }

        void closeAllBut(State other) {
            targets()
                    .filter(target -> other.targets().noneMatch(kept -> kept.model() == target.model()))
                    .forEach(target -> target.model().close());
        }
    }

    /** What runs at a moment: it stays open until this is closed, whatever changes meanwhile. */
    public record Running(Target active, Optional<Target> next, List<EmbeddingModel.Use> uses)
            implements AutoCloseable {

        /** The active target, then the next one. */
        public List<Target> targets() {
            return next.map(target -> List.of(active, target)).orElseGet(() -> List.of(active));
        }

        @Override
        public void close() {
            uses.forEach(EmbeddingModel.Use::close);
        }
    }

    /**
     * What runs now.
     *
     * @throws DependencyUnavailableException if it is not known which model is active, or that one does not run here
     */
    public Running running() {
        if (state.roles().active().isEmpty()) {
            refresh();
        }
        synchronized (this) {
            State now = state;
            if (now.active() == null) {
                throw new DependencyUnavailableException("the active model: " + now.problem(), null);
            }
            return new Running(
                    now.active(),
                    Optional.ofNullable(now.next()),
                    now.targets().map(target -> target.model().use()).toList());
        }
    }

    /** Which model has which part, as it was seen last. */
    public Roles roles() {
        return state.roles();
    }

    /** Why a model that has a part, the active or the next one, does not run here. */
    public Optional<String> problem() {
        return Optional.ofNullable(state.problem());
    }

    /** Whether the active model runs here. */
    public boolean isReady() {
        return state.active() != null;
    }

    /**
     * Looks which models have a part, and loads and closes models accordingly. A model that cannot be used takes no part:
     * {@link #problem} says why.
     *
     * @throws DependencyUnavailableException if the vector database does not answer
     */
    public void refresh() {
        changing.lock();
        try {
            follow();
        } finally {
            changing.unlock();
        }
    }

    private void follow() {
        Roles roles = collections.roles();
        if (roles.active().isEmpty()) {
            collections.begin(configured);
            roles = collections.roles();
        }
        if (roles.next().isPresent() && roles.next().equals(roles.active())) {
            collections.finish();
            roles = collections.roles();
        }
        boolean tryAgain = System.nanoTime() - state.triedAt() > TRY_AGAIN.toNanos();
        if (!state.runsAllOf(roles) && (tryAgain || !state.roles().equals(roles))) {
            run(roles);
        }
    }

    /**
     * Loads a model, and makes it the next one.
     *
     * @throws UnusableModelException if it cannot be used
     */
    void fill(EmbeddingModel next) {
        changing.lock();
        try {
            keep(next);
            collections.fill(next.manifest());
            follow();
        } finally {
            keep(null);
            changing.unlock();
        }
    }

    private void run(Roles roles) {
        State before = state;
        Target active = null;
        Target next = null;
        String problem = null;
        try {
            try {
                active = target(roles.active().orElseThrow(), before);
            } catch (UnusableModelException e) {
                if (takesOver && !roles.active().equals(Optional.of(configured.id()))) {
                    LOG.warnf(
                            "the active model cannot be used (%s): %s takes over at once",
                            e.getMessage(), configured.id());
                    collections.fill(configured);
                    collections.activate();
                    run(collections.roles());
                    return;
                }
                problem = "the active model cannot be used: " + e.getMessage();
            }
            try {
                next = roles.next().isEmpty() ? null : target(roles.next().get(), before);
            } catch (UnusableModelException e) {
                problem = "the next model cannot be used, nothing is embedded with it here: " + e.getMessage();
            }
        } catch (RuntimeException e) {
            new State(roles, active, next, null, 0).closeAllBut(before);
            throw e;
        }
        if (problem != null && !problem.equals(before.problem())) {
            LOG.error(problem);
        }
        if (!roles.equals(before.roles())) {
            LOG.infof(
                    "active model: %s; next: %s",
                    roles.active().orElse("none"), roles.next().orElse("none"));
        }
        State now = new State(roles, active, next, problem, System.nanoTime());
        synchronized (this) {
            state = now;
        }
        before.closeAllBut(now);
        // A model that has no part costs memory only.
        keep(null);
    }

    private Target target(String id, State before) {
        return before.targets()
                .filter(target -> target.id().equals(id))
                .findFirst()
                .orElseGet(() -> target(load(id)));
    }

    private EmbeddingModel load(String id) {
        EmbeddingModel loaded = spare;
        if (loaded != null && loaded.manifest().id().equals(id)) {
            spare = null;
            return loaded;
        }
        return library.byId(id);
    }

    private Target target(EmbeddingModel model) {
        ModelManifest manifest = model.manifest();
        model.fallback()
                .ifPresent(reason -> registry.counter("winnow.model.fallbacks").increment());
        Gauge.builder("winnow.model.active", () -> isActive(manifest.id()) ? 1 : 0)
                .description("Which models run, and what on; 1 for the active one")
                .tag("model", manifest.name())
                .tag("version", manifest.version())
                .tag("execution_provider", model.provider().toString())
                .register(registry);
        LOG.infof("model %s %s runs on %s", manifest.name(), manifest.version(), model.provider());
        try {
            return new Target(
                    model, collections.images(manifest), collections.objects(manifest), embedder.batches(model));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private boolean isActive(String id) {
        Target active = state.active();
        return active != null && active.id().equals(id);
    }

    private void keep(@Nullable EmbeddingModel model) {
        EmbeddingModel old = spare;
        if (old != null && old != model) {
            old.close();
        }
        spare = model;
    }

    @PreDestroy
    void close() {
        state.targets().forEach(target -> target.model().close());
        keep(null);
    }
}
