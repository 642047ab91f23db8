package dev.winnow.curation.search;

import dev.winnow.curation.InvalidParameterException;
import dev.winnow.curation.index.SimilarityIndex.Question;
import dev.winnow.curation.index.SimilarityIndex.Ranked;
import dev.winnow.curation.search.RankedPages.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended, as a client carries it: 4 bytes of similarity, 16 of the id, 4 of how many were seen, and 16 of a
 * SHA-256 over these and the question, in URL-safe base64. So a cursor goes on with its own question only: of the same
 * model, the same vector, filter and bounds.
 */
final class SearchCursor {

    private static final int POSITION = Float.BYTES + 2 * Long.BYTES + Integer.BYTES;
    private static final int DIGEST = 16;

    private final byte[] asked;

    /**
     * The cursors of one question.
     *
     * @param about what is not in the question and must be the same all the same: the model, and what is compared
     */
    SearchCursor(String about, Question question) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(about);
            out.writeUTF(question.dataset());
            for (float x : question.vector()) {
                out.writeFloat(x);
            }
            out.write(question.filter().toString().getBytes(StandardCharsets.UTF_8));
            for (UUID id : question.exclude().stream().sorted().toList()) {
                out.writeLong(id.getMostSignificantBits());
                out.writeLong(id.getLeastSignificantBits());
            }
            out.writeUTF(String.valueOf(question.minSimilarity()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.asked = bytes.toByteArray();
    }

    String write(Position position) {
        byte[] place = ByteBuffer.allocate(POSITION)
                .putFloat(position.last().similarity())
                .putLong(position.last().id().getMostSignificantBits())
                .putLong(position.last().id().getLeastSignificantBits())
                .putInt(position.seen())
                .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(POSITION + DIGEST)
                        .put(place)
                        .put(digest(place), 0, DIGEST)
                        .array());
    }

    /** @throws InvalidParameterException if it is none of this question's */
    Position read(String cursor) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            throw foreign();
        }
        if (bytes.length != POSITION + DIGEST) {
            throw foreign();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        float similarity = in.getFloat();
        Position position = new Position(new Ranked(new UUID(in.getLong(), in.getLong()), similarity), in.getInt());
        if (!write(position).equals(cursor)) {
            throw foreign();
        }
        return position;
    }

    private static InvalidParameterException foreign() {
        return new InvalidParameterException(
                "cursor", "expected the next_cursor of this very search, with the model and the vector it began with");
    }

    private byte[] digest(byte[] place) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(asked);
            return sha.digest(place);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
