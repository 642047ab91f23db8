package dev.winnow.localstack.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListAliasesRequest;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionAliasesRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsImplBase;
import java.util.Map;
import java.util.function.Predicate;

/** Qdrant's {@code Collections} service; a method not overridden answers UNIMPLEMENTED. */
final class CollectionsService extends CollectionsImplBase {

    private final Catalogue catalogue;

    CollectionsService(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void create(CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Calls.answer(observer, started -> {
            catalogue.create(request.getCollectionName(), CollectionSettings.of(request));
            return done(true, started);
        });
    }

    @Override
    public void update(UpdateCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Calls.answer(observer, started -> {
            catalogue.get(request.getCollectionName()).changeSettings(settings -> settings.with(request));
            return done(true, started);
        });
    }

    @Override
    public void delete(DeleteCollection request, StreamObserver<CollectionOperationResponse> observer) {
        Calls.answer(observer, started -> done(catalogue.delete(request.getCollectionName()), started));
    }

    @Override
    public void get(GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
        Calls.answer(observer, started -> GetCollectionInfoResponse.newBuilder()
                .setResult(catalogue.get(request.getCollectionName()).info())
                .setTime(Calls.seconds(started))
                .build());
    }

    @Override
    public void list(ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
        Calls.answer(observer, started -> ListCollectionsResponse.newBuilder()
                .addAllCollections(catalogue.names().stream()
                        .map(name ->
                                CollectionDescription.newBuilder().setName(name).build())
                        .toList())
                .setTime(Calls.seconds(started))
                .build());
    }

    @Override
    public void collectionExists(CollectionExistsRequest request, StreamObserver<CollectionExistsResponse> observer) {
        Calls.answer(observer, started -> CollectionExistsResponse.newBuilder()
                .setResult(CollectionExists.newBuilder().setExists(catalogue.exists(request.getCollectionName())))
                .setTime(Calls.seconds(started))
                .build());
    }

    @Override
    public void updateAliases(ChangeAliases request, StreamObserver<CollectionOperationResponse> observer) {
        Calls.answer(observer, started -> {
            catalogue.changeAliases(request.getActionsList());
            return done(true, started);
        });
    }

    @Override
    public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
        Calls.answer(observer, started -> aliases(collection -> true, started));
    }

    @Override
    public void listCollectionAliases(
            ListCollectionAliasesRequest request, StreamObserver<ListAliasesResponse> observer) {
        Calls.answer(observer, started -> aliases(request.getCollectionName()::equals, started));
    }

    private ListAliasesResponse aliases(Predicate<String> collections, long started) {
        return ListAliasesResponse.newBuilder()
                .addAllAliases(catalogue.aliases().entrySet().stream()
                        .filter(alias -> collections.test(alias.getValue()))
                        .sorted(Map.Entry.comparingByKey())
                        .map(alias -> AliasDescription.newBuilder()
                                .setAliasName(alias.getKey())
                                .setCollectionName(alias.getValue())
                                .build())
                        .toList())
                .setTime(Calls.seconds(started))
                .build();
    }

    private static CollectionOperationResponse done(boolean result, long started) {
        return CollectionOperationResponse.newBuilder()
                .setResult(result)
                .setTime(Calls.seconds(started))
                .build();
    }
}
