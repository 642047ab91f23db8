package dev.winnow.embedding.qdrant;

import dev.winnow.contract.PointSchema;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which collection readers are shown: the alias {@code winnow}, and behind {@code winnow-previous}, {@code
 * winnow-previous2}, … those that were active before, in that order.
 *
 * <p>A collection that comes back has decisions of the time when it was active last. While these are replaced by the newer
 * ones there is no alias {@code winnow}: readers find nothing for that moment, and no edit can go to the wrong place. A
 * worker that dies meanwhile leaves just that state, and the next one goes on from it.
 */
final class Activation {

    private static final Logger LOG = Logger.getLogger(Activation.class);

    private final QdrantClient client;
    private final CollectionLayout.Caller caller;
    private final Decisions decisions;
    private final Duration timeout;
    private final boolean wanted;

    /** @param wanted whether to move the alias where it names another collection */
    Activation(
            QdrantClient client,
            CollectionLayout.Caller caller,
            Decisions decisions,
            Duration timeout,
            boolean wanted) {
        this.client = client;
        this.caller = caller;
        this.decisions = decisions;
        this.timeout = timeout;
        this.wanted = wanted;
    }

    /** @param previous the one that was active last first */
    private record State(Optional<String> active, List<String> previous) {}

    /**
     * Names {@code collection} the active one: where none is and none was, or if that is wanted.
     *
     * @return the other collections that are or were active, the one that was last first
     */
    List<String> settle(String collection) {
        State state = state();
        boolean first = state.active().isEmpty() && state.previous().isEmpty();
        if (!state.active().equals(Optional.of(collection)) && (wanted || first)) {
            activate(collection, state);
            state = state();
        }
        List<String> others = new ArrayList<>(state.previous());
        state.active().ifPresent(active -> others.addFirst(active));
        others.remove(collection);
        return List.copyOf(others);
    }

    private void activate(String collection, State state) {
        List<String> history = new ArrayList<>(state.previous());
        state.active().ifPresent(active -> {
            history.remove(active);
            history.addFirst(active);
        });
        int last = history.indexOf(collection);
        List<String> newer = history.subList(0, last < 0 ? history.size() : last);
        if (!newer.isEmpty() && hasPoints(collection)) {
            if (state.active().isPresent()) {
                name(Optional.empty(), history);
            }
            LOG.infof("taking labels, tags and splits over into %s", collection);
            decisions.takeOver(collection, newer, () -> state().active().isPresent());
        }
        List<String> previous =
                history.stream().filter(other -> !other.equals(collection)).toList();
        name(Optional.of(collection), previous);
        LOG.infof("alias %s now names %s; before: %s", PointSchema.ALIAS, collection, previous);
    }

    private boolean hasPoints(String collection) {
        return caller.call("count", client.countAsync(collection, timeout)) > 0;
    }

    private State state() {
        Map<String, String> aliases = caller.call("list aliases", client.listAliasesAsync(timeout)).stream()
                .collect(Collectors.toMap(AliasDescription::getAliasName, AliasDescription::getCollectionName));
        // A collection that was deleted leaves a gap in the numbers.
        List<String> previous = aliases.entrySet().stream()
                .filter(alias -> alias.getKey().startsWith(PointSchema.PREVIOUS_ALIAS))
                .sorted(Comparator.comparingInt((Map.Entry<String, String> alias) ->
                                alias.getKey().length())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
        return new State(Optional.ofNullable(aliases.get(PointSchema.ALIAS)), previous);
    }

    /** All names at once: no reader sees a part of it. */
    private void name(Optional<String> active, List<String> previous) {
        List<AliasOperations> operations = new ArrayList<>();
        caller.call("list aliases", client.listAliasesAsync(timeout)).stream()
                .map(AliasDescription::getAliasName)
                .filter(name -> name.equals(PointSchema.ALIAS) || name.startsWith(PointSchema.PREVIOUS_ALIAS))
                .forEach(name -> operations.add(AliasOperations.newBuilder()
                        .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(name))
                        .build()));
        active.ifPresent(collection -> operations.add(create(PointSchema.ALIAS, collection)));
        for (int i = 0; i < previous.size(); i++) {
            operations.add(create(PointSchema.previousAlias(i + 1), previous.get(i)));
        }
        caller.call("name collections", client.updateAliasesAsync(operations, timeout));
    }

    private static AliasOperations create(String alias, String collection) {
        return AliasOperations.newBuilder()
                .setCreateAlias(CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection))
                .build();
    }
}
