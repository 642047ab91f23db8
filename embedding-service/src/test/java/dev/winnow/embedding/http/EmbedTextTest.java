package dev.winnow.embedding.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.TestModels;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import io.quarkiverse.resteasy.problem.HttpProblem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EmbedTextTest {

    @Test
    void saysSoWhereTheActiveModelEmbedsImagesOnly() throws Exception {
        try (EmbeddingModel model =
                EmbeddingModel.load(TestModels.path("tiny"), InferenceOptions.of(ExecutionProvider.CPU, 1, 4))) {
            EmbedText resource = new EmbedText(model, new ObjectMapper());
            byte[] body = "{\"text\": \"a red bicycle\"}".getBytes(StandardCharsets.UTF_8);
            HttpProblem problem = catchThrowableOfType(
                    HttpProblem.class, () -> resource.embed(new ByteArrayInputStream(body), (long) body.length));
            assertThat(problem.getStatusCode()).isEqualTo(422);
            assertThat(problem.getDetail())
                    .isEqualTo("the active model tiny embeds images only; a model with a text tower:"
                            + " ./winnow models fetch clip-vit-b-32");
            assertThat(problem.getParameters()).containsEntry("field", "text");
        }
    }
}
