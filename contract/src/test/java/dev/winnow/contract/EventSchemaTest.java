package dev.winnow.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden samples, the schemas and the Java records say the same. */
class EventSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, Class<?>> RECORDS = Map.of(
            "image-event", ImageEvent.class,
            "embedding-event", EmbeddingEvent.class,
            "curation-event", CurationEvent.class,
            "image-objects", ImageObjects.class);

    @ParameterizedTest
    @CsvSource({
        "image-event, image-stored",
        "image-event, image-removed",
        "image-event, image-annotated",
        "embedding-event, image-embedded",
        "embedding-event, image-with-objects-embedded",
        "embedding-event, embedding-removed",
        "embedding-event, image-rejected",
        "curation-event, split-bridged",
        "image-objects, image-objects"
    })
    void samplesFollowTheirSchemaAndSurviveTheRecords(String schema, String sample) throws IOException {
        byte[] golden = resource("samples/" + sample + ".json");
        Object event = EventJson.read(golden, Objects.requireNonNull(RECORDS.get(schema)));
        JsonNode written = JSON.readTree(EventJson.write(event));
        assertThat(written).isEqualTo(JSON.readTree(golden));
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(JSON.readTree(resource("schema/" + schema + ".json")))
                        .validate(written))
                .isEmpty();
    }

    @Test
    void aRecordWithoutItsRequiredFieldsBreaksTheSchema() throws IOException {
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(JSON.readTree(resource("schema/image-event.json")))
                        .validate(JSON.readTree("{\"type\":\"ImageStored\",\"dataset\":\"UPPER\"}")))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void unknownFieldsAreIgnoredAndUnknownTypesAreNot() throws IOException {
        String sample = new String(resource("samples/image-removed.json"), java.nio.charset.StandardCharsets.UTF_8);
        byte[] newer = sample.replace("\"dataset\"", "\"tenant\":1,\"dataset\"")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(EventJson.read(newer, ImageEvent.class)).isInstanceOf(ImageEvent.ImageRemoved.class);
        byte[] other = sample.replace("ImageRemoved", "ImagePainted").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThatThrownBy(() -> EventJson.read(other, ImageEvent.class)).isInstanceOf(IOException.class);
    }

    @Test
    void aRecordThatLacksAFieldIsRefused() {
        String known = "\"image\":\"" + ImageId.ofRawKey("a/b") + "\",\"dataset\":\"a\",\"path\":\"b\"}";
        for (String broken :
                new String[] {"null", "{\"type\":\"ImageStored\"}", "{\"type\":\"ImageRemoved\"," + known}) {
            assertThatThrownBy(() ->
                            EventJson.read(broken.getBytes(java.nio.charset.StandardCharsets.UTF_8), ImageEvent.class))
                    .as(broken)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void everyRejectionHasAReasonTheSchemaKnows() throws IOException {
        JsonNode reasons =
                JSON.readTree(resource("schema/embedding-event.json")).at("/properties/reason/enum");
        assertThat(reasons).extracting(JsonNode::asText).contains(new Rejection.TooManyPixels(1, 1, 1).reason());
        for (Class<?> kind : Rejection.class.getPermittedSubclasses()) {
            String reason =
                    kind.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            assertThat(reasons).extracting(JsonNode::asText).contains(reason);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = EventSchemaTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
