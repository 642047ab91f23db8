package dev.winnow.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code winnow demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return 1;
    }
}
