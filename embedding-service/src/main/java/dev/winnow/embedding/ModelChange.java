package dev.winnow.embedding;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A change of model, step by step: begin, have every dataset reconciled so that everything is embedded with the next model
 * too, compare, activate. Readers see the active model all the time. All that is known of it are {@link Roles} and points, so
 * any worker can take any step, and a killed one is no loss.
 */
@ApplicationScoped
public class ModelChange {

    private final RunningModels models;
    private final ModelCollections collections;
    private final ModelLibrary library;

    ModelChange(RunningModels models, ModelCollections collections, ModelLibrary library) {
        this.models = models;
        this.collections = collections;
        this.library = library;
    }

    /** How far a change is. */
    public enum State {
        /** There is none. */
        NONE,
        /** The next model has no vector yet of some images that the active one has. */
        FILLING,
        /** It has all, and can be activated. */
        COMPLETE
    }

    /** @param comparison empty where there is no change */
    public record Progress(State state, Roles roles, Optional<Comparison> comparison) {}

    /**
     * Begins a change; nothing happens if this very change is under way.
     *
     * @throws UnusableModelException if there is no such model here, or it cannot be used
     * @throws ModelChangeConflictException if it is active already, or another change is under way
     */
    public void begin(String name) {
        begin(library.describe(name).id(), () -> library.byName(name));
    }

    /**
     * The same, to the model that an adapter in the bucket makes. Where it was learnt for the active model, the vectors that are
     * there are projected, and no image is embedded again.
     */
    public void beginAdapter(String id) {
        begin(library.adapter(id), () -> library.byId(id));
    }

    private void begin(String id, Supplier<EmbeddingModel> load) {
        Roles roles = look();
        if (roles.next().isPresent()) {
            String next = roles.next().get();
            if (!next.equals(id)) {
                throw new ModelChangeConflictException(
                        "a change to " + next + " is under way: finish it, or give it up by DELETE /v1/models/next");
            }
            if (models.problem().isPresent()) {
                throw new UnusableModelException(models.problem().get());
            }
            return;
        }
        if (roles.active().equals(Optional.of(id))) {
            throw new ModelChangeConflictException(id + " is the active model already");
        }
        models.fill(load.get());
    }

    /** How far the change is; see {@link ModelCollections#compare}. */
    public Progress progress(int sample, long seed) {
        Roles roles = look();
        if (roles.next().isEmpty()) {
            return new Progress(State.NONE, roles, Optional.empty());
        }
        Comparison comparison = collections.compare(sample, seed);
        return new Progress(comparison.missing() == 0 ? State.COMPLETE : State.FILLING, roles, Optional.of(comparison));
    }

    /**
     * Makes the next model the active one.
     *
     * @param force also if images are missing, which answers will lack then
     * @throws ModelChangeConflictException if there is no change, images are missing, or the model does not run here
     */
    public void activate(boolean force) {
        String next = next();
        if (models.problem().isPresent()) {
            throw new ModelChangeConflictException(models.problem().get());
        }
        long missing = force ? 0 : collections.compare(0, 0).missing();
        if (missing > 0) {
            throw new ModelChangeConflictException(
                    missing + " images have no vector of " + next
                            + " yet: reconcile their datasets and wait, or force it and do without them",
                    missing);
        }
        collections.activate();
        models.refresh();
    }

    /**
     * Gives the change up.
     *
     * @throws ModelChangeConflictException if there is none
     */
    public void giveUp() {
        next();
        collections.giveUp();
        models.refresh();
    }

    /**
     * Makes the model active again that was before, at once: images that came since are missing until their datasets are
     * reconciled.
     *
     * @throws UnusableModelException if it cannot be used here
     * @throws ModelChangeConflictException if there was none, or a change is under way
     */
    public void rollBack() {
        Roles roles = look();
        if (roles.next().isPresent()) {
            throw new ModelChangeConflictException("a change to " + roles.next().get()
                    + " is under way: finish it, or give it up by DELETE /v1/models/next");
        }
        List<String> previous = roles.previous();
        if (previous.isEmpty()) {
            throw new ModelChangeConflictException("no other model was active before");
        }
        models.fill(library.byId(previous.getFirst()));
        collections.activate();
        models.refresh();
    }

    private String next() {
        return look().next().orElseThrow(() -> new ModelChangeConflictException("no change of model is under way"));
    }

    private Roles look() {
        models.refresh();
        return models.roles();
    }
}
