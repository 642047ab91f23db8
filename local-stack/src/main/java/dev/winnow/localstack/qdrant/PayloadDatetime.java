package dev.winnow.localstack.qdrant;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** The texts Qdrant takes for a datetime: RFC 3339, and shorter forms of it, which mean UTC. */
final class PayloadDatetime {

    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("[XXX][XX]")
            .optionalEnd()
            .parseDefaulting(ChronoField.NANO_OF_DAY, 0)
            .toFormatter();

    private PayloadDatetime() {}

    static Optional<Instant> parse(String text) {
        // Most texts in a payload are no dates: found out without an exception.
        if (text.length() < 10 || text.length() > 40 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return Optional.empty();
        }
        try {
            TemporalAccessor parsed = FORMAT.parse(text);
            if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
                return Optional.of(Instant.from(parsed));
            }
            return Optional.of(LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException notADatetime) {
            return Optional.empty();
        }
    }
}
