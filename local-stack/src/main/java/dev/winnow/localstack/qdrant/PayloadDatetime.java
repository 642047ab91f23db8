package dev.winnow.localstack.qdrant;

import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts Qdrant takes for a datetime: RFC 3339, the same less strictly (a space or nothing for the T, offsets without
 * colon or minutes, numbers of one digit), and without an offset, which means UTC; also without seconds, and dates alone.
 */
final class PayloadDatetime {

    private static final int SHORTEST = "1-1-1".length();
    private static final int LONGEST = 64;

    private static final Pattern FORMAT = Pattern.compile("\\s*(?<year>[+-]\\d{1,9}+|\\d{1,4}+)-(?<month>\\d{1,2}+)"
            + "-(?<day>\\d{1,2}+)(?:(?<separator>[Tt]|\\s*)(?<hour>\\d{1,2}+):(?<minute>\\d{1,2}+)"
            + "(?::(?<second>\\d{1,2}+)(?:\\.(?<fraction>\\d++))?"
            + "(?:\\s*(?<zone>[Zz]|(?i:UTC)|[+\u2212-](?<hours>\\d\\d)(?:[:\\s]*(?<minutes>[0-5]\\d))?))?)?)?");

    private PayloadDatetime() {}

    static Optional<Instant> parse(String text) {
        // Most texts in a payload are no dates: found out fast.
        if (text.length() < SHORTEST || text.length() > LONGEST || text.indexOf('-', 1) < 0 || !startsLikeAYear(text)) {
            return Optional.empty();
        }
        Matcher parts = FORMAT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean timed = parts.group("hour") != null;
        String separator = Objects.requireNonNullElse(parts.group("separator"), "");
        // Only of the stricter form the T may be small, and that form has an offset.
        if (separator.equals("t") && parts.group("zone") == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(instant(parts, timed));
        } catch (DateTimeException notInTheCalendar) {
            return Optional.empty();
        }
    }

    private static boolean startsLikeAYear(String text) {
        char first = text.charAt(0);
        return (first >= '0' && first <= '9') || first == '+' || first == '-' || first == ' ';
    }

    private static Instant instant(Matcher parts, boolean timed) {
        int second = timed ? number(parts.group("second")) : 0;
        // A leap second is counted as the one after it, which it precedes in no order that could be seen here.
        int leap = second == 60 ? 1 : 0;
        LocalDateTime local = LocalDateTime.of(
                number(parts.group("year")),
                number(parts.group("month")),
                number(parts.group("day")),
                timed ? number(parts.group("hour")) : 0,
                timed ? number(parts.group("minute")) : 0,
                second - leap,
                nanoseconds(parts.group("fraction")));
        return local.plusSeconds(leap).minusSeconds(offset(parts)).toInstant(ZoneOffset.UTC);
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Digits after the ninth are dropped. */
    private static int nanoseconds(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    /** Seconds east of Greenwich. */
    private static int offset(Matcher parts) {
        if (parts.group("hours") == null) {
            return 0;
        }
        int seconds = number(parts.group("hours")) * 3600 + number(parts.group("minutes")) * 60;
        if (seconds >= 24 * 3600) {
            throw new DateTimeException("an offset of a day or more");
        }
        return Objects.requireNonNull(parts.group("zone")).startsWith("+") ? seconds : -seconds;
    }

    static Instant of(Timestamp timestamp) {
        try {
            return Instant.ofEpochSecond(timestamp.getSeconds(), Math.max(0, timestamp.getNanos()));
        } catch (DateTimeException e) {
            throw QdrantErrors.badInput("Unable to parse timestamp: " + timestamp.getSeconds());
        }
    }
}
