package dev.winnow.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a suite. */
final class SuiteOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder in which everything is kept. Default: .winnow/data in the repository; for demo, a temporary one.")
    @Nullable
    Path data;

    @Option(
            names = "--port-base",
            paramLabel = "N",
            description =
                    "First of eight ports in a row: ingest, embedding, curation, Kafka, its controller, S3, Qdrant gRPC and "
                            + "HTTP. 0 takes free ports. Default: 8100.")
    @Nullable
    Integer portBase;
}
