package dev.winnow.embedding.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Cuts texts into the tokens of a vocabulary, as the file of Hugging Face's tokenizers ({@code tokenizer.json}) says:
 * normalisation, splitting, merges and the tokens around a text are all read from it. Padding and length are not, they
 * are given. May be shared by threads.
 */
public final class Tokenizer implements AutoCloseable {

    static {
        // The library comes with its native code; without this it may look for another one, and report to its makers.
        System.setProperty("ai.djl.offline", "true");
    }

    private final HuggingFaceTokenizer tokenizer;
    private final long largestId;

    private Tokenizer(HuggingFaceTokenizer tokenizer, long largestId) {
        this.tokenizer = tokenizer;
        this.largestId = largestId;
    }

    /**
     * A text's tokens.
     *
     * @param ids with those that mark start and end; at most as many as the context is long
     * @param words how many of them are the text's own
     * @param truncated whether the text was too long, and its end is missing
     */
    public record Tokens(long[] ids, int words, boolean truncated) {}

    /**
     * Reads a tokenizer.
     *
     * @param contextLength how many tokens the network takes at most, with start and end
     * @throws IllegalArgumentException if the file is no tokenizer
     * @throws IOException if it cannot be read
     */
    public static Tokenizer read(Path file, int contextLength) throws IOException {
        long largestId = largestId(new ObjectMapper().readTree(file.toFile()));
        try {
            return new Tokenizer(
                    HuggingFaceTokenizer.builder()
                            .optTokenizerPath(file)
                            .optAddSpecialTokens(true)
                            .optPadding(false)
                            .optTruncation(true)
                            .optMaxLength(contextLength)
                            .build(),
                    largestId);
        } catch (EngineException e) {
            // There is none for Macs with Intel's processors.
            throw new IllegalArgumentException("the tokenizer's native code does not run here: " + rootMessage(e), e);
        } catch (IOException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file.getFileName() + " is no tokenizer: " + e.getMessage(), e);
        }
    }

    /** Cuts a text; one of nothing but white space has no words. */
    public Tokens tokenize(String text) {
        Encoding encoding = tokenizer.encode(text);
        int words = (int) Arrays.stream(encoding.getSpecialTokenMask())
                .filter(mask -> mask == 0)
                .count();
        return new Tokens(encoding.getIds(), words, encoding.exceedMaxLength());
    }

    /** The largest number of the vocabulary: a network must know all up to it. */
    public long largestId() {
        return largestId;
    }

    private static long largestId(JsonNode file) {
        long largest = -1;
        JsonNode vocabulary = file.path("model").path("vocab");
        if (vocabulary.isArray()) {
            largest = vocabulary.size() - 1L;
        }
        for (JsonNode id : vocabulary) {
            largest = Math.max(largest, id.asLong(-1));
        }
        for (JsonNode token : file.path("added_tokens")) {
            largest = Math.max(largest, token.path("id").asLong(-1));
        }
        if (largest < 0) {
            throw new IllegalArgumentException("it has no vocabulary");
        }
        return largest;
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
