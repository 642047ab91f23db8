package dev.winnow.cli;

import dev.winnow.cli.terminal.Failure;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Turns a bucket of images into a dataset worth labelling and training on. */
@Command(
        name = "winnow",
        description = "Turns a bucket of images into a dataset worth labelling and training on.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {UpCommand.class, DemoCommand.class, SampleCommand.class, BenchCommand.class})
public final class Winnow {

    private Winnow() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Winnow()).setExecutionExceptionHandler((exception, commandLine, parsed) -> {
            PrintWriter err = commandLine.getErr();
            if (exception instanceof Failure) {
                err.println("winnow: " + exception.getMessage());
            } else {
                exception.printStackTrace(err);
            }
            return 1;
        });
    }
}
