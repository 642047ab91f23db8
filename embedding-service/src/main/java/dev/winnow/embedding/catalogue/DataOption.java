package dev.winnow.embedding.catalogue;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which suite a choice is for. */
final class DataOption {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Data folder of the suite in question, as for ./winnow up. Default: .winnow/data in the repository.")
    @Nullable
    private Path data;

    Path folder() throws Failure {
        return data == null
                ? ModelsOptions.root().resolve(".winnow/data")
                : data.toAbsolutePath().normalize();
    }
}
