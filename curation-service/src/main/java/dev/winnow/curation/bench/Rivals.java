package dev.winnow.curation.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code models/bench_curate.py}, running beside this process: it has the same vectors and waits for tasks, so that both take
 * turns and neither counts the start of Python.
 */
final class Rivals implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedWriter tasks;
    private final BufferedReader answers;

    private Rivals(Process process) {
        this.process = process;
        this.tasks = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** How long it took, and how good it is. */
    record Outcome(double seconds, double quality) {}

    /** A task of the script: on the first {@code rows}, with what both sides have to agree on. */
    record Task(String task, int rows, int neighbours, int rounds, double near, int chosen, List<Integer> centres) {

        Task(Contest contest, int rows) {
            this(
                    contest.name(),
                    rows,
                    Contest.NEIGHBOURS,
                    Contest.ROUNDS,
                    Contest.NEAR,
                    Contest.CENTRES_CHOSEN,
                    Arrays.stream(Contest.firstCentres(rows)).boxed().toList());
        }
    }

    static Rivals start(String python, Path script, Path vectors, int dimension) throws IOException {
        return new Rivals(new ProcessBuilder(
                        python, script.toString(), "--vectors", vectors.toString(), "--d", Integer.toString(dimension))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** What each library took for it. */
    Map<String, Outcome> run(Task task) throws IOException {
        tasks.write(JSON.writeValueAsString(task));
        tasks.newLine();
        tasks.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the script in Python has ended, see above");
        }
        return JSON.readValue(answer, new TypeReference<Map<String, Outcome>>() {});
    }

    @Override
    public void close() throws IOException {
        tasks.close();
        process.destroy();
    }
}
