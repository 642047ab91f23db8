package dev.winnow.curation;

/** A parameter that cannot be used, and what was expected in its place. */
public final class InvalidParameterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String expected;

    /**
     * @param field the parameter's name as the caller wrote it
     * @param expected begins with "expected"
     */
    public InvalidParameterException(String field, String expected) {
        super(field + ": " + expected);
        this.field = field;
        this.expected = expected;
    }

    public String field() {
        return field;
    }

    public String expected() {
        return expected;
    }

    /** @throws InvalidParameterException unless {@code from <= value <= to} */
    public static void checkRange(String field, double value, double from, double to) {
        if (!(value >= from && value <= to)) {
            throw new InvalidParameterException(
                    field, "expected " + plain(from) + " to " + plain(to) + ", got " + plain(value));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
