package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.UpdateBatchPoints;
import io.qdrant.client.grpc.Points.UpdateBatchResponse;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.PointsGrpc.PointsBlockingStub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operations of a batch are made in order up to the first that fails; what it and those before it did stays, those
 * after it are not made. Who does not wait is not told of missing points, and they do not end the batch.
 */
class UpdateBatchModelTest {

    private static final int SEQUENCES = 300;

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    /** What was sent so far. */
    private final List<String> steps = new ArrayList<>();

    @Test
    void batches_do_what_their_operations_do() throws Exception {
        try (QdrantServer server = QdrantServer.start(folder, 0, 0, null)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.port())
                    .usePlaintext()
                    .build();
            try {
                for (long seed = 1; seed <= SEQUENCES; seed++) {
                    steps.clear();
                    try {
                        run(channel, seed);
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError("seed %d\n%s".formatted(seed, String.join("\n", steps)), e);
                    }
                }
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
    }

    private void run(ManagedChannel channel, long seed) {
        Random random = new Random(seed);
        String name = "batches-" + seed;
        Map<String, VectorParams> spaces = ModelSpaces.of(seed);
        RandomOperations operations = new RandomOperations(random, spaces);
        ModelComparison comparison = new ModelComparison(name, random, operations);
        ModelPoints model = new ModelPoints(spaces);
        PointsBlockingStub points = PointsGrpc.newBlockingStub(channel);
        var collections = CollectionsGrpc.newBlockingStub(channel);
        assertThat(collections.create(ModelSpaces.creation(name, spaces)).getResult())
                .isTrue();
        ModelSpaces.indexes(name).forEach(points::createFieldIndex);
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            UpdateBatchPoints.Builder batch =
                    UpdateBatchPoints.newBuilder().setCollectionName(name).setWait(random.nextInt(4) > 0);
            Status.Code expected = Status.Code.OK;
            for (int i = random.nextInt(6); i > 0; i--) {
                boolean malformed = random.nextInt(15) == 0;
                PointsUpdateOperation operation =
                        malformed ? operations.any(MalformedOperations.all()) : operations.operation();
                batch.addOperations(operation);
                if (expected == Status.Code.OK) {
                    expected = malformed ? Status.Code.INVALID_ARGUMENT : model.apply(operation);
                }
                if (expected == Status.Code.NOT_FOUND && !batch.getWait()) {
                    expected = Status.Code.OK;
                }
            }
            send(points, batch.build(), expected);
            if (left == 1 || random.nextInt(3) == 0) {
                steps.add("compare");
                comparison.compare(PointAnswers.of(points), model);
            }
        }
        collections.delete(DeleteCollection.newBuilder().setCollectionName(name).build());
    }

    private void send(PointsBlockingStub points, UpdateBatchPoints batch, Status.Code expected) {
        steps.add(expected + " " + TextFormat.printer().emittingSingleLine(true).printToString(batch));
        try {
            UpdateBatchResponse response = points.updateBatch(batch);
            assertThat(expected).isEqualTo(Status.Code.OK);
            assertThat(response.getResultList())
                    .hasSize(batch.getOperationsCount())
                    .allSatisfy(result -> assertThat(result.getStatus())
                            .isEqualTo(batch.getWait() ? UpdateStatus.Completed : UpdateStatus.Acknowledged));
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).as("%s", e).isEqualTo(expected);
        }
    }
}
