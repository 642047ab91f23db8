package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.HasIdCondition;
import io.qdrant.client.grpc.Points.LookupLocation;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.VectorInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The vectors a query speaks of: given in it, or those of points, which are of the collection searched or of the one to
 * look them up in.
 */
final class QueryVectors {

    private final Collection lookedUpIn;
    private final String name;
    private final int dimension;
    private final boolean ownPoints;

    private QueryVectors(Collection lookedUpIn, String name, int dimension, boolean ownPoints) {
        this.lookedUpIn = lookedUpIn;
        this.name = name;
        this.dimension = dimension;
        this.ownPoints = ownPoints;
    }

    /** @param others finds collections by name */
    static QueryVectors of(QueryPoints request, Collection searched, Function<String, Optional<Collection>> others) {
        int dimension = searched.space(request.getUsing()).dimension();
        if (!request.hasLookupFrom()) {
            return new QueryVectors(searched, request.getUsing(), dimension, true);
        }
        LookupLocation location = request.getLookupFrom();
        QdrantErrors.refuse(location.hasShardKeySelector(), "shard keys");
        Collection lookedUpIn = others.apply(location.getCollectionName())
                .orElseThrow(() -> QdrantErrors.notFound("Collection " + location.getCollectionName()));
        String name = location.hasVectorName() ? location.getVectorName() : request.getUsing();
        return new QueryVectors(
                lookedUpIn, name, dimension, location.getCollectionName().equals(searched.name()));
    }

    /** Refuses a point without such a vector. */
    float[] one(VectorInput input) throws IOException {
        float[] vector = find(input);
        if (vector == null) {
            throw QdrantErrors.notFound("Vector with name \"" + name + "\" for point");
        }
        return vector;
    }

    /** Leaves out the points without such a vector. */
    List<float[]> all(List<VectorInput> inputs) throws IOException {
        List<float[]> vectors = new ArrayList<>();
        for (VectorInput input : inputs) {
            float[] vector = find(input);
            if (vector != null) {
                vectors.add(vector);
            }
        }
        return vectors;
    }

    private float @Nullable [] find(VectorInput input) throws IOException {
        return switch (input.getVariantCase()) {
            case ID -> stored(PointKey.of(input.getId()));
            case DENSE -> Vectors.read(input.getDense().getDataList(), dimension);
            case SPARSE -> throw QdrantErrors.unimplemented("sparse vectors");
            case MULTI_DENSE -> throw QdrantErrors.unimplemented("multi-vectors");
            case DOCUMENT, IMAGE, OBJECT -> throw QdrantErrors.unimplemented("inference of vectors");
            case VARIANT_NOT_SET -> throw QdrantErrors.badInput("VectorInput variant is missing");
        };
    }

    private float @Nullable [] stored(PointKey key) throws IOException {
        lookedUpIn.space(name);
        Optional<float[]> vector =
                lookedUpIn.store().read(searcher -> Optional.ofNullable(PointLookup.vector(searcher, key, name)));
        if (vector.isPresent() && vector.get().length != dimension) {
            throw QdrantErrors.wrongDimension(dimension, vector.get().length);
        }
        return vector.orElse(null);
    }

    /** The filter without the points whose vectors are asked with: they are no news. */
    Filter without(List<VectorInput> inputs, Filter filter) {
        HasIdCondition.Builder ids = HasIdCondition.newBuilder();
        inputs.stream().filter(VectorInput::hasId).forEach(input -> ids.addHasId(input.getId()));
        return ownPoints && ids.getHasIdCount() > 0
                ? filter.toBuilder()
                        .addMustNot(Condition.newBuilder().setHasId(ids))
                        .build()
                : filter;
    }
}
