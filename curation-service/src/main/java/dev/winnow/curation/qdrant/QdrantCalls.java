package dev.winnow.curation.qdrant;

import com.google.common.util.concurrent.ListenableFuture;
import dev.winnow.curation.DependencyUnavailableException;
import dev.winnow.curation.InvalidParameterException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** How an answer is waited for, and what its failure means. */
final class QdrantCalls {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private QdrantCalls() {}

    /** Before the first worker has started there is no collection: then there is simply no point. */
    static <T> T orWithoutCollection(T empty, Supplier<T> question) {
        try {
            return question.get();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return empty;
            }
            throw e;
        }
    }

    /** @throws CancellationException if the thread is interrupted: nobody waits for the answer any more */
    static <T> T await(ListenableFuture<T> future) {
        try {
            return Objects.requireNonNull(future.get());
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while Qdrant was asked");
        } catch (ExecutionException e) {
            Status status = Status.fromThrowable(e);
            switch (status.getCode()) {
                // UNKNOWN is what gRPC makes of a connection that breaks while a call is written to it.
                case UNAVAILABLE, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, RESOURCE_EXHAUSTED ->
                    throw new DependencyUnavailableException("Qdrant", e);
                case INVALID_ARGUMENT ->
                    throw new InvalidParameterException(
                            "filter", "expected what the index can answer: " + status.getDescription());
                case OK,
                        CANCELLED,
                        NOT_FOUND,
                        ALREADY_EXISTS,
                        PERMISSION_DENIED,
                        FAILED_PRECONDITION,
                        OUT_OF_RANGE,
                        UNIMPLEMENTED,
                        INTERNAL,
                        DATA_LOSS,
                        UNAUTHENTICATED -> throw status.asRuntimeException();
            }
            throw new AssertionError(status);
        }
    }
}
