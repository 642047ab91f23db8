package dev.winnow.embedding.qdrant;

import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.Comparison;
import dev.winnow.embedding.ModelCollections;
import dev.winnow.embedding.ModelManifest;
import dev.winnow.embedding.ObjectPointStore;
import dev.winnow.embedding.PointStore;
import dev.winnow.embedding.Roles;
import dev.winnow.embedding.qdrant.CollectionAliases.Names;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A collection for each model in Qdrant; aliases say which part it has. There is no further state. */
@ApplicationScoped
class QdrantModelCollections implements ModelCollections {

    private static final Logger LOG = Logger.getLogger(QdrantModelCollections.class);

    private final QdrantConnection qdrant;
    private final CollectionAliases aliases;
    private final Decisions decisions;
    /** As it was read last: where decisions come from, and what forgets an image. */
    private volatile Names known = new Names(Optional.empty(), Optional.empty(), List.of());

    QdrantModelCollections(QdrantConnection qdrant) {
        this.qdrant = qdrant;
        this.aliases = new CollectionAliases(qdrant);
        this.decisions = new Decisions(qdrant);
    }

    @Override
    public Roles roles() {
        Names names = read();
        return new Roles(
                names.active().map(QdrantModelCollections::model),
                names.next().map(QdrantModelCollections::model),
                names.previous().stream().map(QdrantModelCollections::model).toList());
    }

    private static String model(String collection) {
        String prefix = PointSchema.collection("");
        return collection.startsWith(prefix) ? collection.substring(prefix.length()) : collection;
    }

    private Names read() {
        Names names = aliases.read();
        known = names;
        return names;
    }

    @Override
    public PointStore images(ModelManifest model) {
        CollectionLayout layout = layout(model);
        layout.create(qdrant.client(), qdrant::call);
        return new QdrantPointStore(qdrant, layout.collection(), decisions, () -> known);
    }

    @Override
    public ObjectPointStore objects(ModelManifest model) {
        return new QdrantObjectPointStore(qdrant, layout(model).collection());
    }

    private static CollectionLayout layout(ModelManifest model) {
        return new CollectionLayout(
                PointSchema.collection(model.id()), model.feature().dimension());
    }

    @Override
    public void begin(ModelManifest model) {
        CollectionLayout layout = layout(model);
        layout.create(qdrant.client(), qdrant::call);
        Names names = read();
        if (names.active().isEmpty()) {
            List<String> before = names.historyBut(layout.collection());
            decisions.takeOver(layout.collection(), before);
            aliases.write(names.withActive(layout.collection()));
            LOG.infof("collection %s is active; before: %s", layout.collection(), before);
        }
    }

    @Override
    public void fill(ModelManifest next) {
        CollectionLayout layout = layout(next);
        layout.create(qdrant.client(), qdrant::call);
        aliases.write(read().withNext(Optional.of(layout.collection())));
        LOG.infof("collection %s is being filled", layout.collection());
    }

    @Override
    public void giveUp() {
        Names names = read();
        aliases.write(names.withNext(Optional.empty()));
        Optional<String> abandoned =
                names.next().filter(next -> !names.history().contains(next));
        abandoned.ifPresent(
                next -> qdrant.call("delete the collection", qdrant.client().deleteCollectionAsync(next)));
        LOG.infof("the change to %s was given up", names.next().orElse("nothing"));
    }

    /** The decisions are taken over twice: most before the swap, and after it what was decided until the swap. */
    @Override
    public void activate() {
        Names before = read();
        if (before.next().isPresent()) {
            String next = before.next().get();
            decisions.takeOver(next, before.historyBut(next));
            Names names = read();
            if (names.next().equals(before.next())) {
                aliases.write(names.withActive(next));
                LOG.infof("collection %s is active; before: %s", next, names.historyBut(next));
            }
            finish();
        }
    }

    @Override
    public void finish() {
        Names before = read();
        if (isDone(before)) {
            decisions.takeOver(before.next().orElseThrow(), before.previous());
            Names names = read();
            if (isDone(names)) {
                aliases.write(names.withNext(Optional.empty()));
            }
        }
        read();
    }

    private static boolean isDone(Names names) {
        return names.next().isPresent() && names.next().equals(names.active());
    }

    @Override
    public Comparison compare(int sample, long seed) {
        return new PointComparison(qdrant).run(sample, seed);
    }
}
