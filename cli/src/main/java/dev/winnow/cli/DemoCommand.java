package dev.winnow.cli;

import dev.winnow.cli.demo.Demo;
import dev.winnow.cli.suite.ChosenModelInUse;
import dev.winnow.cli.suite.Installation;
import dev.winnow.cli.suite.Ports;
import dev.winnow.cli.suite.ScratchFolder;
import dev.winnow.cli.suite.Suite;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code winnow demo}: from a folder of images to a report. */
@Command(
        name = "demo",
        description = "Starts the suite, takes in a folder of images, curates them and writes a report.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Mixin
    private final SuiteOptions options = new SuiteOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "IMAGE_DIR",
            description =
                    "Your images, at any depth. A labels.csv (path,label) beside or above them is used. Without a folder, a sample "
                            + "set with known answers is drawn.")
    @Nullable
    private Path images;

    @Option(names = "--keep", description = "Leaves the suite running afterwards, until Ctrl-C, and keeps its data.")
    private boolean keep;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            defaultValue = "winnow-report.html",
            description = "Where the HTML report goes. Default: ${DEFAULT-VALUE}.")
    private Path report;

    @Override
    public Integer call() throws Failure, InterruptedException, IOException {
        Terminal terminal = Terminal.standard();
        Installation installation = Installation.current();
        requireWritable(report.toAbsolutePath());
        try (ScratchFolder drawn = ScratchFolder.create("winnow-sample")) {
            Demo demo = images == null ? sample(drawn.path(), terminal) : Demo.of(images, terminal);
            boolean temporary = options.data == null && !keep;
            terminal.line("Starting the suite for " + demo.size() + " images…");
            try (Suite suite =
                    Suite.start(installation, data(installation, temporary), temporary, portBase(terminal), terminal)) {
                if (keep) {
                    UpCommand.announce(suite, terminal);
                }
                ChosenModelInUse.ensure(suite, terminal);
                demo.run(suite.endpoints(), report);
                if (keep) {
                    terminal.line("The suite keeps running (--keep); Ctrl-C stops it.");
                    suite.awaitClosed();
                }
            }
        }
        return 0;
    }

    private Path data(Installation installation, boolean temporary) throws IOException {
        if (options.data != null) {
            return options.data;
        }
        return temporary ? Files.createTempDirectory("winnow-data") : installation.defaultData();
    }

    private static Demo sample(Path folder, Terminal terminal) throws Failure {
        terminal.line("Drawing the sample set…");
        return Demo.ofSample(folder, terminal);
    }

    /** Whoever has a suite running on the usual ports should still be able to see the demo. */
    private int portBase(Terminal terminal) {
        if (options.portBase != null) {
            return options.portBase;
        }
        try {
            Ports.from(Ports.DEFAULT_BASE);
            return Ports.DEFAULT_BASE;
        } catch (Failure e) {
            terminal.line("The ports from " + Ports.DEFAULT_BASE + " on are not all free; taking others.");
            return 0;
        }
    }

    private static void requireWritable(Path file) throws Failure {
        Path folder = file.getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new Failure("cannot write the report to " + file);
        }
    }
}
