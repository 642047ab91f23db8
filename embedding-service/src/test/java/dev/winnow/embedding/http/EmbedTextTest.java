package dev.winnow.embedding.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.EmbeddingModel;
import dev.winnow.embedding.TestModels;
import dev.winnow.embedding.onnx.ExecutionProvider;
import dev.winnow.embedding.onnx.InferenceOptions;
import io.quarkiverse.resteasy.problem.HttpProblem;
import org.junit.jupiter.api.Test;

class EmbedTextTest {

    @Test
    void saysSoWhereTheActiveModelEmbedsImagesOnly() throws Exception {
        try (EmbeddingModel model =
                EmbeddingModel.load(TestModels.path("tiny"), InferenceOptions.of(ExecutionProvider.CPU, 1, 4))) {
            TextQuery query = TextQuery.of(new ObjectMapper().readTree("{\"text\": \"a red bicycle\"}"));
            HttpProblem problem = catchThrowableOfType(HttpProblem.class, () -> EmbedText.embed(query, model));
            assertThat(problem.getStatusCode()).isEqualTo(422);
            assertThat(problem.getDetail())
                    .isEqualTo("the active model tiny embeds images only; a model with a text tower:"
                            + " ./winnow models fetch clip-vit-b-32");
            assertThat(problem.getParameters()).containsEntry("field", "text");
        }
    }
}
