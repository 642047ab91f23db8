package dev.winnow.embedding.catalogue;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Standard output as the command line has it. */
final class Output {

    private Output() {}

    static PrintWriter of(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec, "set before the command runs")
                .commandLine()
                .getOut();
    }
}
