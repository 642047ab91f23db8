package dev.winnow.cli;

import dev.winnow.cli.sample.SampleSet;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code winnow sample DIR}. */
@Command(
        name = "sample",
        description = "Draws the sample set, with planted duplicates and outliers, into a folder.",
        mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The folder; it is made where it is missing.")
    private Path folder;

    @Override
    public Integer call() throws Failure {
        try {
            SampleSet.Truth truth = SampleSet.write(folder);
            Terminal.standard()
                    .line("Drew " + truth.images().size() + " images into " + folder
                            + "; truth.json says what was planted.");
            return 0;
        } catch (IOException e) {
            throw new Failure("cannot write the sample set into " + folder + ": " + e.getMessage(), e);
        }
    }
}
