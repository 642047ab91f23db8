package dev.winnow.cli.suite;

import dev.winnow.cli.terminal.Failure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the embedding worker is started.
 *
 * @param model that it runs, unless another is active
 * @param executionProvider {@code cpu}, {@code cuda}, or {@code auto}: CUDA where there is one
 */
public record Worker(ModelChoice model, String executionProvider) {

    private static final String AUTO = "auto";

    /** With the model that was chosen for a data folder, on whatever there is. */
    static Worker chosen(Path data, Installation installation) throws Failure {
        return new Worker(ModelChoice.read(data, installation), AUTO);
    }

    /**
     * With a model by its name.
     *
     * @param model null for the one that was chosen for the default data folder
     * @throws Failure if there is no such model
     */
    public static Worker of(@Nullable String model, String executionProvider, Installation installation)
            throws Failure {
        ModelChoice choice = model == null
                ? ModelChoice.read(installation.defaultData(), installation)
                : new ModelChoice(model, installation.modelManifest(model).toString(), null);
        return new Worker(choice, executionProvider);
    }

    /** The description of the model. */
    public Path modelManifest() {
        return model.path();
    }
}
