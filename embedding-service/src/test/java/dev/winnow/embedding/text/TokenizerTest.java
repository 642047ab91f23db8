package dev.winnow.embedding.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.winnow.embedding.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {

    private static final Path TINY = TestModels.path("two-towers").resolveSibling("tiny-tokenizer.json");

    @TempDir
    Path folder;

    @Test
    void cutsTextsAsPythonDoes() throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(TINY.resolveSibling("tiny-text.json").toFile());
        try (Tokenizer tokenizer = Tokenizer.read(TINY, 8)) {
            assertThat(expected).hasSizeGreaterThanOrEqualTo(10);
            for (JsonNode text : expected) {
                Tokenizer.Tokens tokens = tokenizer.tokenize(text.get("text").textValue());
                assertThat(tokens.ids())
                        .as(text.toString())
                        .containsExactly(new ObjectMapper().treeToValue(text.get("ids"), long[].class));
                assertThat(tokens.truncated())
                        .as(text.toString())
                        .isEqualTo(text.get("truncated").booleanValue());
                assertThat(tokens.words()).as(text.toString()).isEqualTo(tokens.ids().length - 2);
            }
        }
    }

    @Test
    void knowsHowLargeItsVocabularyIs() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.read(TINY, 8)) {
            assertThat(tokenizer.largestId()).isEqualTo(21);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\": \"1.0\", | Unexpected end-of-input",
                "{} | no vocabulary",
                "hello | Unrecognized token",
                "{\"model\": {\"type\": \"Abacus\", \"vocab\": {\"a\": 0}}} | is no tokenizer"
            })
    void refusesWhatIsNoTokenizer(String content, String because) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), content);
        assertThatThrownBy(() -> Tokenizer.read(file, 8).close()).hasMessageContaining(because);
    }

    @Test
    void refusesOneThatEndsInTheMiddle() throws IOException {
        String whole = Files.readString(TINY);
        Path file = Files.writeString(folder.resolve("tokenizer.json"), whole.substring(0, whole.length() * 2 / 3));
        assertThatThrownBy(() -> Tokenizer.read(file, 8).close()).hasMessageContaining("end-of-input");
    }

    /** With JNA it looks for CUDA; where it finds it, it downloads another build of itself. */
    @Test
    void neverDownloadsAnything() {
        assertThatThrownBy(() -> Class.forName("com.sun.jna.Native")).isInstanceOf(ClassNotFoundException.class);
    }
}
