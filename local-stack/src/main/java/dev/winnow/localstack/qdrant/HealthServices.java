package dev.winnow.localstack.qdrant;

import grpc.health.v1.HealthCheck.HealthCheckRequest;
import grpc.health.v1.HealthCheck.HealthCheckResponse;
import grpc.health.v1.HealthGrpc.HealthImplBase;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc.QdrantImplBase;
import io.qdrant.client.grpc.QdrantOuterClass;
import java.util.List;

/** The two ways clients ask whether the server is well, and which version it is. */
final class HealthServices {

    /** The Qdrant release whose protocol is spoken. */
    static final String VERSION = "1.18.0";

    static final String TITLE = "qdrant - vector search engine";

    private HealthServices() {}

    static List<BindableService> all() {
        return List.of(new Health(), new Version());
    }

    private static final class Health extends HealthImplBase {
        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
            Calls.answer(observer, started -> HealthCheckResponse.newBuilder()
                    .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                    .build());
        }
    }

    private static final class Version extends QdrantImplBase {
        @Override
        public void healthCheck(
                QdrantOuterClass.HealthCheckRequest request,
                StreamObserver<QdrantOuterClass.HealthCheckReply> observer) {
            Calls.answer(observer, started -> QdrantOuterClass.HealthCheckReply.newBuilder()
                    .setTitle(TITLE)
                    .setVersion(VERSION)
                    .setCommit("winnow-local-stack")
                    .build());
        }
    }
}
