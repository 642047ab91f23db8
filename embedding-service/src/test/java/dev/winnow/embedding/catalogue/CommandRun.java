package dev.winnow.embedding.catalogue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/** What {@code winnow models} answered. */
record CommandRun(int exitCode, String out, String err) {

    /** Runs it as it is typed, on the models of a folder. */
    static CommandRun of(Path models, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = ModelsCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--models";
        all[arguments.length + 1] = models.toString();
        int exitCode = line.execute(all);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
