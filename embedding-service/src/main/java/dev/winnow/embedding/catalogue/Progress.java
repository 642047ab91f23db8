package dev.winnow.embedding.catalogue;

import java.io.PrintStream;
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

    Progress(PrintStream out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** On standard error; the launcher says in {@code winnow.terminal} whether a person is looking. */
    static Progress standard() {
        return new Progress(System.err, "yes".equals(System.getProperty("winnow.terminal")));
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

    private static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
