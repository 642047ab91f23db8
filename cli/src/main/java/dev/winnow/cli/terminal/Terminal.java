package dev.winnow.cli.terminal;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Standard output, for people: lines, and on a real terminal one progress line that is rewritten in place. Where the
 * output goes to a file or a pipe, progress becomes plain lines, a few per stage.
 */
public final class Terminal {

    private static final int BAR = 28;

    private final PrintStream out;
    private final boolean interactive;
    private final boolean coloured;
    private boolean progressShown;
    private String lastPlain = "";

    public Terminal(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
        this.coloured = interactive && System.getenv("NO_COLOR") == null;
    }

    /** Standard output; the launcher says in {@code winnow.terminal} whether a person is looking at it. */
    public static Terminal standard() {
        return new Terminal(System.out, "yes".equals(System.getProperty("winnow.terminal")));
    }

    /** Prints a line, above which any progress line vanishes. */
    public synchronized void line(String text) {
        clearProgress();
        out.println(text);
        out.flush();
    }

    /**
     * Shows how far a stage is.
     *
     * @param share 0 to 1
     * @param text what stands behind the bar
     */
    public synchronized void progress(String stage, double share, String text) {
        if (interactive) {
            int full = (int) Math.round(Math.clamp(share, 0, 1) * BAR);
            out.print("\r\033[K  " + pad(stage, 12) + " " + accent("━".repeat(full)) + faint("━".repeat(BAR - full))
                    + "  " + text);
            progressShown = true;
        } else {
            // One plain line per quarter keeps a log readable.
            String plain = stage + (int) (share * 4);
            if (!plain.equals(lastPlain)) {
                lastPlain = plain;
                out.println("  " + pad(stage, 12) + " " + String.format(Locale.ROOT, "%3.0f %%  ", share * 100) + text);
            }
        }
        out.flush();
    }

    /** Text that matters most. */
    public String strong(String text) {
        return coloured ? "\033[1m" + text + "\033[0m" : text;
    }

    /** Text that matters least. */
    public String faint(String text) {
        return coloured ? "\033[2m" + text + "\033[0m" : text;
    }

    /** Text in the tool's colour. */
    public String accent(String text) {
        return coloured ? "\033[36m" + text + "\033[0m" : text;
    }

    /** {@code text} cut or filled with blanks to {@code width} characters. */
    public static String pad(String text, int width) {
        return text.length() > width ? text.substring(0, width - 1) + "…" : text + " ".repeat(width - text.length());
    }

    /** Text from outside, safe to print: control characters, which could move the cursor or worse, become '?'. */
    public static String printable(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void clearProgress() {
        if (progressShown) {
            out.print("\r\033[K");
            progressShown = false;
        }
    }
}
