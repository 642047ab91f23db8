package dev.winnow.localstack.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.store.AlreadyClosedException;

/** Answers a gRPC call, or says why not. */
final class Calls {

    /** What is done to answer; told the time it began for the answer's {@code time}. */
    interface Work<T> {
        T answer(long startedNanos) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(Calls.class.getName());

    private Calls() {}

    static <T> void answer(StreamObserver<T> observer, Work<T> work) {
        T answer;
        try {
            answer = work.answer(System.nanoTime());
        } catch (StatusRuntimeException refused) {
            observer.onError(refused);
            return;
        } catch (AlreadyClosedException closed) {
            observer.onError(closed(closed));
            return;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.SEVERE, "A Qdrant call failed", e);
            observer.onError(Status.INTERNAL
                    .withDescription("Service internal error: " + e)
                    .withCause(e)
                    .asRuntimeException());
            return;
        }
        observer.onNext(answer);
        observer.onCompleted();
    }

    /** Closed on purpose, or by itself after a failure such as a full disk: then a restart goes on where it stopped. */
    private static StatusRuntimeException closed(AlreadyClosedException closed) {
        return closed.getCause() == null
                ? QdrantErrors.notFound("the collection was deleted meanwhile")
                : Status.INTERNAL
                        .withDescription("Service internal error: the index stopped after: " + closed.getCause())
                        .withCause(closed)
                        .asRuntimeException();
    }

    /** Seconds since then. */
    static double seconds(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e9;
    }
}
