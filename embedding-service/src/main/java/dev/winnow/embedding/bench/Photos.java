package dev.winnow.embedding.bench;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The images to measure with: the usable ones of a folder, repeated under other paths where more are asked for.
 *
 * @param files usable images, by name, at most as many as are asked for
 * @param count how many images that are to be
 * @param held the bytes of the first of them, as many as fit into {@link #MEMORY}
 * @param meanBytes size of a file
 */
record Photos(List<Path> files, int count, List<byte[]> held, long meanBytes, List<Path> refused) {

    private static final Set<String> SUFFIXES = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");

    /** What is held, so that the time to read files is in none of the figures but those of uploads. */
    private static final long MEMORY = 256L << 20;

    /** @throws IOException if the folder cannot be read, or holds no usable image */
    static Photos of(Path folder, int count, Preparation preparation, int threads)
            throws IOException, InterruptedException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            all = walk.filter(file -> SUFFIXES.contains(suffix(file)) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        // From all over the folder: the first ones by name are often alike.
        int wanted = Math.min(count, all.size());
        List<Path> found = IntStream.range(0, wanted)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / wanted)))
                .toList();
        ConcurrentSkipListMap<Path, Boolean> usable = new ConcurrentSkipListMap<>();
        Callers.each(threads, found.size(), (caller, i) -> {
            Path file = found.get(i);
            usable.put(file, preparation.isUsable(Files.readAllBytes(file)));
        });
        List<Path> files =
                found.stream().filter(file -> usable.getOrDefault(file, false)).toList();
        if (files.isEmpty()) {
            throw new IOException("no usable image in " + folder + "; looked for "
                    + String.join(", ", SUFFIXES.stream().sorted().toList()));
        }
        List<Path> refused =
                found.stream().filter(file -> !usable.getOrDefault(file, false)).toList();
        List<byte[]> held = new ArrayList<>();
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
            if (bytes <= MEMORY) {
                held.add(Files.readAllBytes(file));
            }
        }
        return new Photos(files, count, List.copyOf(held), bytes / files.size(), refused);
    }

    /** The file of an image, 0 to {@link #count} − 1. */
    Path file(int number) {
        return files.get(number % files.size());
    }

    /** The bytes of an image. */
    byte[] bytes(int number) throws IOException {
        int index = number % files.size();
        return index < held.size() ? held.get(index) : Files.readAllBytes(files.get(index));
    }

    /** The path of an image within its dataset. */
    String path(int number) {
        return String.format(Locale.ROOT, "%02d/%06d.%s", number / 1000, number, suffix(file(number)));
    }

    /** Of those that are held, the one of the middle size. */
    byte[] typical() {
        return held.stream()
                .sorted(Comparator.comparingInt(file -> file.length))
                .skip(held.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static String suffix(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
