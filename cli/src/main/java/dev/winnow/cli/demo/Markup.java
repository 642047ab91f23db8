package dev.winnow.cli.demo;

import dev.winnow.cli.terminal.Terminal;
import java.util.Locale;

/** HTML being written. What comes from outside enters through {@link #text} only, which leaves nothing of it special. */
final class Markup {

    private final StringBuilder html = new StringBuilder(1 << 16);

    /** Markup of this program's own. */
    Markup raw(String markup) {
        html.append(markup);
        return this;
    }

    /** Markup with numbers or escaped text in it. */
    Markup text(String outside) {
        html.append(escape(outside));
        return this;
    }

    Markup number(double value, int decimals) {
        html.append(String.format(Locale.ROOT, "%,." + decimals + "f", value));
        return this;
    }

    /** For text and attribute values alike; control and direction characters show as '?'. */
    static String escape(String outside) {
        return Terminal.printable(outside)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
