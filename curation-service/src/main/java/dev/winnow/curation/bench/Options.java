package dev.winnow.curation.bench;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param n vectors
 * @param dimension of each
 * @param rounds of ours and the others in turn, whose medians are printed
 * @param only the names of what is measured; empty for all
 * @param python the interpreter that the others run in; null for none
 * @param json whether the figures are added as a last line of JSON
 */
record Options(
        int n,
        int dimension,
        int rounds,
        long seed,
        List<String> only,
        @Nullable String python,
        boolean json) {

    static final String USAGE = "options: --n N --d D --rounds R --seed S --only TASK,TASK --python PYTHON --json";

    /** @throws IllegalArgumentException saying what is wrong */
    static Options parse(String... arguments) {
        int n = 100_000;
        int dimension = 512;
        int rounds = 5;
        long seed = 1;
        List<String> only = List.of();
        String python = null;
        boolean json = false;
        Iterator<String> rest = Arrays.asList(arguments).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--n" -> n = number(option, rest);
                case "--d" -> dimension = number(option, rest);
                case "--rounds" -> rounds = number(option, rest);
                case "--seed" -> seed = number(option, rest);
                case "--only" -> only = List.of(value(option, rest).split(","));
                case "--python" -> python = value(option, rest);
                case "--json" -> json = true;
                default -> throw new IllegalArgumentException("unknown option " + option + "; " + USAGE);
            }
        }
        return new Options(n, dimension, rounds, seed, only, python, json);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value; " + USAGE);
        }
        return rest.next();
    }

    private static int number(String option, Iterator<String> rest) {
        String text = value(option, rest);
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + text + " is no number up to " + Integer.MAX_VALUE, e);
        }
        throw new IllegalArgumentException(option + " " + text + " is less than 1");
    }
}
