package dev.winnow.embedding.catalogue;

import dev.winnow.embedding.UnusableModelException;
import dev.winnow.embedding.onnx.InvalidNetworkException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code winnow models}: which there are, fetching, adding, checking and choosing. */
@Command(
        name = "./winnow models",
        description = "Embedding models: which there are, and how to get, add, check and choose one.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListCommand.class,
            FetchCommand.class,
            AddCommand.class,
            AdaptCommand.class,
            CheckCommand.class,
            UseCommand.class,
            RollbackCommand.class
        })
public final class ModelsCommand {

    private ModelsCommand() {}

    public static void main(String[] arguments) {
        // Java keeps passwords from proxies on the way to https unless told otherwise; whoever wrote one into
        // https_proxy means it.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        System.exit(commandLine().execute(arguments));
    }

    /** The commands, for a main or a test to execute. */
    public static CommandLine commandLine() {
        return new CommandLine(new ModelsCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    PrintWriter err = commandLine.getErr();
                    switch (exception) {
                        case Failure failure -> {
                            err.println("winnow: " + failure.getMessage());
                            return failure.exitCode();
                        }
                        case UnusableModelException unusable -> err.println("winnow: " + unusable.getMessage());
                        case InvalidNetworkException invalid -> err.println("winnow: " + invalid.getMessage());
                        case IOException e ->
                            err.println("winnow: " + Unreachable.why(e) + " ("
                                    + e.getClass().getSimpleName() + ")");
                        case UncheckedIOException e -> err.println("winnow: " + e.getMessage());
                        default -> exception.printStackTrace(err);
                    }
                    return 1;
                });
    }
}
