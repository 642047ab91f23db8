package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.apache.lucene.util.BytesRef;

/**
 * A point's id as bytes that sort in Qdrant's order: integers first, by unsigned value, then UUIDs.
 *
 * @param bytes a tag, then 8 bytes of the integer or 16 of the UUID
 */
record PointKey(BytesRef bytes) implements Comparable<PointKey> {

    private static final byte INTEGER = 0;
    private static final byte UNIQUE = 1;

    /** Refuses a missing id and text that is no UUID, as Qdrant does. */
    static PointKey of(PointId id) {
        return switch (id.getPointIdOptionsCase()) {
            case NUM -> of(id.getNum());
            case UUID ->
                of(uuid(id.getUuid())
                        .orElseThrow(() -> QdrantErrors.badInput("Unable to parse UUID: " + id.getUuid())));
            case POINTIDOPTIONS_NOT_SET -> throw QdrantErrors.badInput("Empty ID is not allowed");
        };
    }

    static PointKey of(long number) {
        return new PointKey(
                new BytesRef(ByteBuffer.allocate(9).put(INTEGER).putLong(number).array()));
    }

    static PointKey of(UUID uuid) {
        return new PointKey(new BytesRef(ByteBuffer.allocate(17)
                .put(UNIQUE)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array()));
    }

    /** Qdrant takes UUIDs with hyphens, without them, in braces and as URNs, in either case. */
    static Optional<UUID> uuid(String text) {
        String hex = text.startsWith("urn:uuid:") ? text.substring(9) : text;
        if (hex.startsWith("{") && hex.endsWith("}")) {
            hex = hex.substring(1, hex.length() - 1);
        }
        boolean hyphenated = hex.length() == 36
                && hex.charAt(8) == '-'
                && hex.charAt(13) == '-'
                && hex.charAt(18) == '-'
                && hex.charAt(23) == '-';
        String digits = hyphenated ? hex.replace("-", "") : hex;
        if (digits.length() != 32 || !digits.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0)) {
            return Optional.empty();
        }
        return Optional.of(
                new UUID(Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16)));
    }

    PointId toPointId() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
        if (buffer.get() == INTEGER) {
            return PointId.newBuilder().setNum(buffer.getLong()).build();
        }
        return PointId.newBuilder()
                .setUuid(new UUID(buffer.getLong(), buffer.getLong()).toString())
                .build();
    }

    /** The same id in bytes of its own; what Lucene hands out is reused by it. */
    static PointKey copyOf(BytesRef shared) {
        return new PointKey(
                new BytesRef(Arrays.copyOfRange(shared.bytes, shared.offset, shared.offset + shared.length)));
    }

    @Override
    public int compareTo(PointKey other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        PointId id = toPointId();
        return id.hasNum() ? Long.toUnsignedString(id.getNum()) : id.getUuid();
    }
}
