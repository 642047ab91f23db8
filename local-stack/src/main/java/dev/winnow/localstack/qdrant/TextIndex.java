package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What matching a text means for a field with a text index.
 *
 * @param shortest words with fewer characters are left out
 * @param longest words with more characters are left out, or for prefixes cut off
 * @param phrases whether phrases can be searched for; without, none is found
 */
record TextIndex(
        TokenizerType tokenizer, boolean lowercase, int shortest, int longest, Set<String> stopwords, boolean phrases) {

    private static final Pattern SPACE = Pattern.compile("\\p{IsWhite_Space}+");

    TextIndex {
        stopwords = Set.copyOf(stopwords);
    }

    /** Refuses what this server cannot tokenize by. */
    static TextIndex of(TextIndexParams params) {
        TokenizerType tokenizer =
                switch (params.getTokenizer()) {
                    case Unknown -> TokenizerType.Word;
                    case Prefix, Whitespace, Word -> params.getTokenizer();
                    case Multilingual -> throw QdrantErrors.unimplemented("multilingual tokenizer");
                    case UNRECOGNIZED -> throw QdrantErrors.badInput("unknown tokenizer type");
                };
        QdrantErrors.refuse(params.hasStemmer(), "stemmer in text indexes");
        QdrantErrors.refuse(params.getAsciiFolding(), "ascii_folding in text indexes");
        QdrantErrors.refuse(params.getStopwords().getLanguagesCount() > 0, "stopwords of languages");
        return new TextIndex(
                tokenizer,
                !params.hasLowercase() || params.getLowercase(),
                params.hasMinTokenLen() ? (int) Math.min(params.getMinTokenLen(), Integer.MAX_VALUE) : 1,
                params.hasMaxTokenLen()
                        ? (int) Math.min(params.getMaxTokenLen(), Integer.MAX_VALUE)
                        : Integer.MAX_VALUE,
                params.getStopwords().getCustomList().stream()
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                params.getPhraseMatching());
    }

    /** Every word of the query is in one of the texts; a query without words finds nothing. */
    Predicate<List<String>> all(String query) {
        Set<String> wanted = new HashSet<>();
        queryWords(query, wanted::add);
        return texts -> !wanted.isEmpty() && words(texts).containsAll(wanted);
    }

    /** Some word of the query is in one of the texts. */
    Predicate<List<String>> any(String query) {
        Set<String> wanted = new HashSet<>();
        queryWords(query, wanted::add);
        return texts -> !Collections.disjoint(words(texts), wanted);
    }

    /** The words of the query follow each other in one of the texts. */
    Predicate<List<String>> phrase(String query) {
        List<String> wanted = words(query);
        return texts -> !wanted.isEmpty()
                && texts.stream().anyMatch(text -> Collections.indexOfSubList(words(text), wanted) >= 0);
    }

    private Set<String> words(List<String> texts) {
        Set<String> words = new HashSet<>();
        texts.forEach(text -> storedWords(text, words::add));
        return words;
    }

    private List<String> words(String text) {
        List<String> words = new ArrayList<>();
        storedWords(text, words::add);
        return words;
    }

    private void storedWords(String text, Consumer<String> words) {
        for (String part : parts(text)) {
            String word = lowercase ? part.toLowerCase(Locale.ROOT) : part;
            int length = word.codePointCount(0, word.length());
            if (stopwords.contains(word) || length < shortest) {
                continue;
            }
            if (tokenizer == TokenizerType.Prefix) {
                for (int n = Math.max(shortest, 1); n <= Math.min(length, longest); n++) {
                    words.accept(beginning(word, n));
                }
            } else if (length <= longest) {
                words.accept(word);
            }
        }
    }

    /** Of a query by prefixes only the longest counts, and it may be a stopword: it may not be typed to its end. */
    private void queryWords(String text, Consumer<String> words) {
        if (tokenizer != TokenizerType.Prefix) {
            storedWords(text, words);
            return;
        }
        for (String part : parts(text)) {
            String word = lowercase ? part.toLowerCase(Locale.ROOT) : part;
            int length = word.codePointCount(0, word.length());
            if (length >= shortest) {
                words.accept(beginning(word, Math.min(length, longest)));
            }
        }
    }

    private static String beginning(String word, int characters) {
        return word.substring(0, word.offsetByCodePoints(0, characters));
    }

    private List<String> parts(String text) {
        if (tokenizer == TokenizerType.Whitespace) {
            return SPACE.splitAsStream(text).filter(part -> !part.isEmpty()).toList();
        }
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); ) {
            int character = i < text.length() ? text.codePointAt(i) : -1;
            int next = i + (character < 0 ? 1 : Character.charCount(character));
            if (character < 0 || !PayloadPath.isAlphanumeric(character)) {
                if (i > start) {
                    parts.add(text.substring(start, i));
                }
                start = next;
            }
            i = next;
        }
        return parts;
    }
}
