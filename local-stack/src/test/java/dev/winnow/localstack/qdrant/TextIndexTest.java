package dev.winnow.localstack.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qdrant.client.grpc.Collections.StemmingAlgorithm;
import io.qdrant.client.grpc.Collections.StopwordsSet;
import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words as Qdrant's tokenizers cut them. */
class TextIndexTest {

    private static TextIndexParams.Builder params(TokenizerType tokenizer) {
        return TextIndexParams.newBuilder().setTokenizer(tokenizer);
    }

    private static TextIndex index(TextIndexParams.Builder params) {
        return TextIndex.of(params.build());
    }

    private static final TextIndex WORDS = index(params(TokenizerType.Word));

    @Test
    void words_are_letters_and_digits_in_small_letters() {
        assertThat(WORDS.all("МИР hello").test(List.of("hello, world! Привет, мир!")))
                .isTrue();
        assertThat(WORDS.all("hell").test(List.of("hello, world!"))).isFalse();
        assertThat(WORDS.all("foo_bar").test(List.of("bar foo"))).isTrue();
        assertThat(WORDS.all("x2").test(List.of("(X2)"))).isTrue();
    }

    @Test
    void all_words_may_come_from_several_texts() {
        assertThat(WORDS.all("alpha beta").test(List.of("alpha", "delta beta"))).isTrue();
        assertThat(WORDS.all("alpha beta").test(List.of("beta", "delta beta"))).isFalse();
    }

    @Test
    void a_query_without_words_finds_nothing() {
        assertThat(WORDS.all("").test(List.of("alpha"))).isFalse();
        assertThat(WORDS.all("!?").test(List.of("alpha"))).isFalse();
        assertThat(WORDS.any("").test(List.of("alpha"))).isFalse();
        assertThat(WORDS.phrase("").test(List.of("alpha"))).isFalse();
    }

    @Test
    void any_word_is_enough_where_any_is_asked() {
        assertThat(WORDS.any("alpha beta").test(List.of("gamma beta"))).isTrue();
        assertThat(WORDS.any("alpha beta").test(List.of("gamma"))).isFalse();
    }

    @Test
    void the_words_of_a_phrase_follow_each_other_in_one_text() {
        assertThat(WORDS.phrase("Alpha, beta").test(List.of("gamma alpha beta delta")))
                .isTrue();
        assertThat(WORDS.phrase("alpha beta").test(List.of("alpha gamma beta"))).isFalse();
        assertThat(WORDS.phrase("alpha beta").test(List.of("beta alpha"))).isFalse();
        assertThat(WORDS.phrase("alpha beta").test(List.of("gamma alpha", "beta delta")))
                .isFalse();
    }

    @Test
    void the_whitespace_tokenizer_keeps_everything_else() {
        TextIndex index = index(params(TokenizerType.Whitespace));
        assertThat(index.all("foo_bar").test(List.of("a foo_bar\tb"))).isTrue();
        assertThat(index.all("foo").test(List.of("foo_bar"))).isFalse();
        assertThat(index.all("a b").test(List.of("a\u00a0b"))).isTrue();
    }

    @Test
    void prefixes_of_stored_words_are_found() {
        TextIndex index = index(params(TokenizerType.Prefix).setMinTokenLen(2).setMaxTokenLen(4));
        assertThat(index.all("he").test(List.of("hello"))).isTrue();
        assertThat(index.all("h").test(List.of("hello")))
                .as("shorter than the shortest")
                .isFalse();
        assertThat(index.all("hell").test(List.of("hello"))).isTrue();
        assertThat(index.all("hellish").test(List.of("hello")))
                .as("cut to the longest")
                .isTrue();
        assertThat(index.all("el").test(List.of("hello"))).isFalse();
    }

    @Test
    void capitals_matter_where_asked() {
        TextIndex index = index(params(TokenizerType.Word).setLowercase(false));
        assertThat(index.all("Alpha").test(List.of("Alpha"))).isTrue();
        assertThat(index.all("alpha").test(List.of("Alpha"))).isFalse();
    }

    @Test
    void short_and_long_words_and_stopwords_are_left_out() {
        TextIndex index = index(params(TokenizerType.Word)
                .setMinTokenLen(2)
                .setMaxTokenLen(5)
                .setStopwords(StopwordsSet.newBuilder().addCustom("The")));
        assertThat(index.all("a the alpha").test(List.of("alpha"))).isTrue();
        assertThat(index.all("the").test(List.of("the alpha"))).isFalse();
        assertThat(index.all("alphabet").test(List.of("alphabet"))).isFalse();
        assertThat(index.phrase("alpha the beta").test(List.of("alpha beta"))).isTrue();
    }

    @Test
    void what_cannot_be_kept_is_refused_by_name() {
        assertThatThrownBy(() -> index(params(TokenizerType.Multilingual)))
                .hasMessageContaining("UNIMPLEMENTED")
                .hasMessageContaining("multilingual");
        assertThatThrownBy(() -> index(params(TokenizerType.Word).setStemmer(StemmingAlgorithm.getDefaultInstance())))
                .hasMessageContaining("stemmer");
        assertThatThrownBy(() -> index(params(TokenizerType.Word).setAsciiFolding(true)))
                .hasMessageContaining("ascii_folding");
        assertThatThrownBy(() -> index(params(TokenizerType.Word)
                        .setStopwords(StopwordsSet.newBuilder().addLanguages("english"))))
                .hasMessageContaining("stopwords of languages");
    }
}
