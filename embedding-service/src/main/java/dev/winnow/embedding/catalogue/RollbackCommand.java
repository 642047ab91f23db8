package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code winnow models rollback}. */
@Command(
        name = "rollback",
        description =
                "Goes back to the model before, at once. Images that came since are missing until they are embedded with "
                        + "it; ./winnow models use goes back without a gap.",
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {

    @Mixin
    private final ModelsOptions options = new ModelsOptions();

    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        Path folder = data.folder();
        RunningSuite running = RunningSuite.on(folder)
                .orElseThrow(() -> Failure.usage("no suite runs on " + folder
                        + "; ./winnow models use NAME chooses the model that the next one starts with"));
        try (RunningSuite suite = running) {
            String name = new ChangeModel(suite, Output.of(spec), Progress.standard()).rollBack();
            ModelFolders folders = options.folders();
            Optional<Path> manifest = folders.manifest(name);
            if (manifest.isEmpty()) {
                throw new Failure("the suite went back to " + name
                        + ", but the next one would not start with it: it is not in " + folders.folder());
            }
            ChosenModel.of(name, manifest.get(), folders).write(folder);
        }
        return 0;
    }
}
