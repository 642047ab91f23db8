package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a collection, it answers as the {@link ModelPoints} do: also after a checkpoint, when it was
 * opened again, and when the process died.
 */
class PointUpdatesModelTest {

    private static final int SEQUENCES = 1500;
    private static final String NAME = "points";

    @TempDir(factory = MemoryFolder.class)
    private Path folder;

    /** What was done so far. */
    private final List<String> steps = new ArrayList<>();

    @Test
    void a_collection_answers_as_the_model_does() {
        for (long seed = 1; seed <= SEQUENCES; seed++) {
            steps.clear();
            try (MortalCatalogue catalogue = new MortalCatalogue(folder.resolve(Long.toString(seed)))) {
                run(catalogue, seed);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed %d\n%s".formatted(seed, String.join("\n", steps)), e);
            }
        }
    }

    private void run(MortalCatalogue catalogue, long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, VectorParams> spaces = ModelSpaces.of(seed);
        create(catalogue.get(), spaces);
        RandomOperations operations = new RandomOperations(random, spaces);
        ModelComparison comparison = new ModelComparison(NAME, random, operations);
        ModelPoints model = new ModelPoints(spaces);
        int longest = random.nextInt(20) == 0 ? 60 : 12;
        for (int left = 1 + random.nextInt(longest); left > 0; left--) {
            if (random.nextInt(10) == 0) {
                change(catalogue, operations.any(MalformedOperations.all()), Status.Code.INVALID_ARGUMENT);
            } else {
                PointsUpdateOperation operation = operations.operation();
                change(catalogue, operation, model.apply(operation));
            }
            if (random.nextInt(8) == 0) {
                interrupt(catalogue, random);
            }
            if (left == 1 || random.nextInt(6) == 0) {
                steps.add("compare");
                comparison.compare(PointAnswers.of(catalogue.get()), model);
            }
        }
    }

    private static void create(Catalogue catalogue, Map<String, VectorParams> spaces) throws IOException {
        catalogue.create(NAME, CollectionSettings.of(ModelSpaces.creation(NAME, spaces)));
        for (var index : ModelSpaces.indexes(NAME)) {
            catalogue
                    .get(NAME)
                    .changeSettings(settings -> settings.withField(index.getFieldName(), FieldSchema.of(index)));
        }
    }

    private void change(MortalCatalogue catalogue, PointsUpdateOperation operation, Status.Code expected)
            throws IOException {
        steps.add(expected + " " + TextFormat.printer().emittingSingleLine(true).printToString(operation));
        Status.Code status = Status.Code.OK;
        try {
            catalogue.get().get(NAME).store().change(operation);
        } catch (StatusRuntimeException e) {
            status = e.getStatus().getCode();
        }
        assertThat(status).isEqualTo(expected);
    }

    private void interrupt(MortalCatalogue catalogue, Random random) throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> {
                steps.add("checkpoint");
                catalogue.get().get(NAME).store().checkpoint();
            }
            case 1 -> {
                steps.add("open again");
                catalogue.openAgain();
            }
            case 2 -> {
                steps.add("die");
                catalogue.die();
            }
            default -> {
                steps.add("die while writing");
                catalogue.dieWriting(NAME, random);
            }
        }
    }
}
