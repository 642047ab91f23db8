package dev.winnow.cli;

import dev.winnow.cli.suite.ChosenModelInUse;
import dev.winnow.cli.suite.Endpoints;
import dev.winnow.cli.suite.Installation;
import dev.winnow.cli.suite.Ports;
import dev.winnow.cli.suite.Suite;
import dev.winnow.cli.terminal.Failure;
import dev.winnow.cli.terminal.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code winnow up}: the suite in the foreground. */
@Command(
        name = "up",
        description = "Starts the whole suite on this machine and keeps it running until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    @Mixin
    private final SuiteOptions options = new SuiteOptions();

    @Override
    public Integer call() throws Failure, InterruptedException {
        Terminal terminal = Terminal.standard();
        Installation installation = Installation.current();
        terminal.line("Starting…");
        try (Suite suite = Suite.start(
                installation,
                options.data == null ? installation.defaultData() : options.data,
                false,
                options.portBase == null ? Ports.DEFAULT_BASE : options.portBase,
                terminal)) {
            announce(suite, terminal);
            ChosenModelInUse.ensure(suite, terminal);
            suite.awaitClosed();
        }
        return 0;
    }

    static void announce(Suite suite, Terminal terminal) {
        Endpoints endpoints = suite.endpoints();
        terminal.line(terminal.strong("Winnow is ready")
                + String.format(
                        Locale.ROOT, " after %.1f s.", suite.readyAfter().toMillis() / 1000.0));
        terminal.line("");
        row(terminal, "ingest", endpoints.ingest(), "images in: PUT /v1/datasets/{dataset}/images/{path}");
        row(terminal, "embedding", endpoints.embedding(), "vectors: POST /v1/embed");
        row(terminal, "curation", endpoints.curation(), "search, jobs, labels: /v1/datasets");
        row(
                terminal,
                "S3",
                endpoints.s3().endpoint(),
                "bucket " + endpoints.s3().bucket() + ", keys " + endpoints.s3().accessKey() + " / "
                        + endpoints.s3().secretKey());
        row(terminal, "Kafka", endpoints.kafka(), "");
        row(
                terminal,
                "Qdrant",
                endpoints.qdrant().host() + ":" + endpoints.qdrant().port(),
                "gRPC; HTTP on " + endpoints.qdrant().httpPort());
        terminal.line("  " + Terminal.pad("data", 10) + " " + suite.data());
        terminal.line("");
        terminal.line("Ctrl-C stops it; the data stays.");
    }

    private static void row(Terminal terminal, String name, String address, String note) {
        terminal.line("  " + Terminal.pad(name, 10) + " " + terminal.accent(Terminal.pad(address, 24)) + " "
                + terminal.faint(note));
    }
}
