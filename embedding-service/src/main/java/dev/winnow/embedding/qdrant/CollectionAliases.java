package dev.winnow.embedding.qdrant;

import dev.winnow.contract.PointSchema;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CreateAlias;
import io.qdrant.client.grpc.Collections.DeleteAlias;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names that collections go by: {@code winnow} is the active one, {@code winnow-next} what a change of model fills, {@code
 * winnow-previous}, {@code winnow-previous2}, … those that were active before, in that order.
 */
final class CollectionAliases {

    private final QdrantConnection qdrant;

    CollectionAliases(QdrantConnection qdrant) {
        this.qdrant = qdrant;
    }

    /**
     * Who goes by which name.
     *
     * @param previous the one that was active last first
     */
    record Names(Optional<String> active, Optional<String> next, List<String> previous) {

        /** All that are or were active, the one that is or was last first. */
        List<String> history() {
            List<String> history = new ArrayList<>(previous);
            active.ifPresent(collection -> {
                history.remove(collection);
                history.addFirst(collection);
            });
            return history;
        }

        /** The same without one. */
        List<String> historyBut(String collection) {
            List<String> others = history();
            others.remove(collection);
            return others;
        }

        Names withNext(Optional<String> collection) {
            return new Names(active, collection, previous);
        }

        /** With another active one, behind which the others follow. */
        Names withActive(String collection) {
            return new Names(Optional.of(collection), next, historyBut(collection));
        }
    }

    Names read() {
        Map<String, String> aliases = aliases();
        // A collection that was deleted leaves a gap in the numbers.
        List<String> previous = aliases.entrySet().stream()
                .filter(alias -> alias.getKey().startsWith(PointSchema.PREVIOUS_ALIAS))
                .sorted(Comparator.comparingInt((Map.Entry<String, String> alias) ->
                                alias.getKey().length())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList();
        return new Names(
                Optional.ofNullable(aliases.get(PointSchema.ALIAS)),
                Optional.ofNullable(aliases.get(PointSchema.NEXT_ALIAS)),
                previous);
    }

    /** Gives all names at once: no reader sees a part of it. */
    void write(Names names) {
        List<AliasOperations> operations = new ArrayList<>();
        aliases().keySet().stream()
                .filter(name -> name.equals(PointSchema.ALIAS)
                        || name.equals(PointSchema.NEXT_ALIAS)
                        || name.startsWith(PointSchema.PREVIOUS_ALIAS))
                .forEach(name -> operations.add(AliasOperations.newBuilder()
                        .setDeleteAlias(DeleteAlias.newBuilder().setAliasName(name))
                        .build()));
        names.active().ifPresent(collection -> operations.add(create(PointSchema.ALIAS, collection)));
        names.next().ifPresent(collection -> operations.add(create(PointSchema.NEXT_ALIAS, collection)));
        for (int i = 0; i < names.previous().size(); i++) {
            operations.add(
                    create(PointSchema.previousAlias(i + 1), names.previous().get(i)));
        }
        qdrant.call("name collections", qdrant.client().updateAliasesAsync(operations, qdrant.timeout()));
    }

    private Map<String, String> aliases() {
        return qdrant.call("list aliases", qdrant.client().listAliasesAsync(qdrant.timeout())).stream()
                .collect(Collectors.toMap(AliasDescription::getAliasName, AliasDescription::getCollectionName));
    }

    private static AliasOperations create(String alias, String collection) {
        return AliasOperations.newBuilder()
                .setCreateAlias(CreateAlias.newBuilder().setAliasName(alias).setCollectionName(collection))
                .build();
    }
}
