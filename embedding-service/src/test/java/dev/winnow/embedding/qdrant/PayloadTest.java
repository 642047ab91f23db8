package dev.winnow.embedding.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.contract.ImageFormat;
import dev.winnow.contract.ObjectKey;
import dev.winnow.contract.PointSchema;
import dev.winnow.embedding.BoxMark;
import dev.winnow.embedding.EmbeddedImage;
import dev.winnow.embedding.image.DominantColour;
import dev.winnow.embedding.image.Identifiers;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayloadTest {

    private static final float[] VECTOR = {0.6f, 0.8f};

    private static EmbeddedImage image(boolean full) {
        return new EmbeddedImage(
                ObjectKey.parse("pets/day 1/cat.jpg"),
                "etag",
                new Identifiers(
                        "ab".repeat(32),
                        "00000000000000ff",
                        123_456,
                        ImageFormat.JPEG,
                        640,
                        480,
                        6,
                        full ? Instant.parse("2024-02-03T04:05:06.789Z") : null,
                        full ? "Maker Model" : null,
                        0,
                        0.25,
                        1_234.5,
                        1 / 3.0,
                        List.of(
                                new DominantColour("red", 50, 1.5, -0.1, 0.7),
                                new DominantColour("grey", 12.3, 0, 0, 0.3))),
                VECTOR,
                full ? new BoxMark(3, "boxes") : BoxMark.NONE);
    }

    @Test
    void whatAPointWasMadeOfIsReadBack() {
        for (boolean full : List.of(true, false)) {
            EmbeddedImage image = image(full);
            assertThat(Payload.image(Payload.of(image), VECTOR)).contains(image);
        }
    }

    @Test
    void whatPeopleDecidedIsNoPartOfIt() {
        Map<String, Value> payload = new HashMap<>(Payload.of(image(true)));
        payload.put(PointSchema.LABELS, ValueFactory.list(List.of(ValueFactory.value("cat"))));
        assertThat(Payload.image(payload, VECTOR)).contains(image(true));
    }

    @Test
    void aPointThatLacksSomethingOrHasSomethingElseIsNotRead() {
        for (String key : List.of(PointSchema.PALETTE, PointSchema.SHA256, PointSchema.ENTROPY, PointSchema.ETAG)) {
            Map<String, Value> payload = new HashMap<>(Payload.of(image(true)));
            payload.remove(key);
            assertThat(Payload.image(payload, VECTOR)).as(key).isEmpty();
        }
        Map<String, Value> odd = new HashMap<>(Payload.of(image(true)));
        odd.put(PointSchema.FORMAT, ValueFactory.value("no such"));
        assertThat(Payload.image(odd, VECTOR)).isEmpty();
        odd = new HashMap<>(Payload.of(image(true)));
        odd.put(PointSchema.CAPTURED_AT, ValueFactory.value("yesterday"));
        assertThat(Payload.image(odd, VECTOR)).isEmpty();
    }
}
