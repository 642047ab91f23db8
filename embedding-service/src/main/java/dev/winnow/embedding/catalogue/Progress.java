package dev.winnow.embedding.catalogue;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** How far a long step is: one line that is rewritten in place on a terminal, and nothing at all elsewhere. */
final class Progress {

    private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final int BAR = 24;

    private final PrintStream out;
    private final boolean interactive;
    private long lastShown;
    private boolean shown;
    private int lastQuarter = -1;

    Progress(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** On standard error; the launcher says in {@code winnow.terminal} whether a person is looking. */
    static Progress standard() {
        return new Progress(System.err, "yes".equals(System.getProperty("winnow.terminal")));
    }

    /**
     * Shows a share of something; where nobody is looking, as a plain line a quarter.
     *
     * @param plain where the plain lines go
     * @param share 0 to 1
     */
    void show(PrintWriter plain, double share, String text) {
        int full = (int) Math.round(Math.clamp(share, 0, 1) * BAR);
        if (interactive) {
            out.print("\r\033[K  " + "━".repeat(full) + "·".repeat(BAR - full) + "  " + text);
            out.flush();
            shown = true;
        } else if ((int) (share * 4) != lastQuarter) {
            lastQuarter = (int) (share * 4);
            plain.println(String.format(Locale.ROOT, "  %3.0f %%  %s", Math.floor(share * 100), text));
            plain.flush();
        }
    }

    /** A step that begins now, from {@code done} bytes on. */
    Step step(String what, long done) {
        return new Step(what, done);
    }

    /** Removes the line; to be called before anything else is printed. */
    void clear() {
        if (shown) {
            out.print("\r\033[K");
            out.flush();
            shown = false;
        }
    }

    /** {@code 97.7 MB}: decimal, as sizes of files are published. */
    static String bytes(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /** Bytes of one file or one reading of it. */
    final class Step {

        private final String what;
        private final long from;
        private final long begun = System.nanoTime();

        private Step(String what, long from) {
            this.what = what;
            this.from = from;
        }

        /** @param total in bytes, negative where nobody knows */
        void at(long done, long total) {
            long now = System.nanoTime();
            if (!interactive || now - lastShown < EVERY_NANOS) {
                return;
            }
            lastShown = now;
            double rate = (done - from) / Math.max(0.001, (now - begun) / 1e9);
            StringBuilder line = new StringBuilder("  ").append(what).append("  ");
            if (total > 0) {
                int full = (int) Math.round(Math.clamp((double) done / total, 0, 1) * BAR);
                line.append("━".repeat(full)).append("·".repeat(BAR - full)).append("  ");
            }
            line.append(bytes(done));
            if (total > 0) {
                line.append(" of ").append(bytes(total));
            }
            line.append(String.format(Locale.ROOT, "  %.1f MB/s", rate / 1e6));
            if (total > 0 && rate > 0) {
                line.append("  ").append(clock((long) ((total - done) / rate))).append(" left");
            }
            out.print("\r\033[K" + line);
            out.flush();
            shown = true;
        }
    }

    /** {@code 1:05} or {@code 1:01:05}. */
    static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
