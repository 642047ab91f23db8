package dev.winnow.contract;

/** A dataset, path or object key that cannot be a name in Winnow. The message says what was expected. */
public final class InvalidNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String expected;

    InvalidNameException(String field, String name, String expected) {
        super("invalid " + field + " '" + printable(name) + "': " + expected);
        this.field = field;
        this.expected = expected;
    }

    /** Which part is wrong: {@code dataset}, {@code path} or {@code key}. */
    public String field() {
        return field;
    }

    /** What a valid name would look like. */
    public String expected() {
        return expected;
    }

    /** Names come from outside: keep log lines and error messages on one line and of bounded length. */
    private static String printable(String name) {
        String clean = name.codePoints()
                .limit(100)
                .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return name.codePointCount(0, name.length()) > 100 ? clean + "…" : clean;
    }
}
