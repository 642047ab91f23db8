package dev.winnow.localstack.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.PointsGrpc.PointsBlockingStub;
import java.util.concurrent.CompletableFuture;

/** Reads of points, answered at once. */
interface PointAnswers {

    GetResponse get(GetPoints request);

    ScrollResponse scroll(ScrollPoints request);

    CountResponse count(CountPoints request);

    FacetResponse facet(FacetCounts request);

    /** Over the wire. */
    static PointAnswers of(PointsBlockingStub stub) {
        return new PointAnswers() {
            @Override
            public GetResponse get(GetPoints request) {
                return stub.get(request);
            }

            @Override
            public ScrollResponse scroll(ScrollPoints request) {
                return stub.scroll(request);
            }

            @Override
            public CountResponse count(CountPoints request) {
                return stub.count(request);
            }

            @Override
            public FacetResponse facet(FacetCounts request) {
                return stub.facet(request);
            }
        };
    }

    /** Without a wire. */
    static PointAnswers of(Catalogue catalogue) {
        PointsService service = new PointsService(catalogue);
        return new PointAnswers() {
            @Override
            public GetResponse get(GetPoints request) {
                Answer<GetResponse> answer = new Answer<>();
                service.get(request, answer);
                return answer.value.join();
            }

            @Override
            public ScrollResponse scroll(ScrollPoints request) {
                Answer<ScrollResponse> answer = new Answer<>();
                service.scroll(request, answer);
                return answer.value.join();
            }

            @Override
            public CountResponse count(CountPoints request) {
                Answer<CountResponse> answer = new Answer<>();
                service.count(request, answer);
                return answer.value.join();
            }

            @Override
            public FacetResponse facet(FacetCounts request) {
                Answer<FacetResponse> answer = new Answer<>();
                service.facet(request, answer);
                return answer.value.join();
            }
        };
    }

    /** The one message of a call, or why there is none. */
    final class Answer<T> implements StreamObserver<T> {

        private final CompletableFuture<T> value = new CompletableFuture<>();

        @Override
        public void onNext(T message) {
            value.complete(message);
        }

        @Override
        public void onError(Throwable refusal) {
            value.completeExceptionally(refusal);
        }

        @Override
        public void onCompleted() {
            value.completeExceptionally(new IllegalStateException("no answer"));
        }
    }
}
