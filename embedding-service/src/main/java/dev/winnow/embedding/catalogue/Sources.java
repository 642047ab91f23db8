package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a network are taken from: where the catalogue says, or from what {@code --from} says instead.
 *
 * <ul>
 *   <li>a folder: the files lie in it under their names here, or those they are published under
 *   <li>a file: it is the network; fine where that is the only file
 *   <li>{@code https://host}: another host with the same paths as the catalogue's
 *   <li>{@code https://host/some/folder/}, ending in a slash: the files lie there under their names here
 *   <li>any other URL: it is the network's; fine where that is the only file
 * </ul>
 */
record Sources(@Nullable String from) {

    /** The local file to take, if the source is on this machine. */
    Optional<Path> local(CatalogueEntry entry, Download file) throws Failure {
        if (from == null || isHttp()) {
            return Optional.empty();
        }
        Path path = path();
        if (Files.isDirectory(path)) {
            for (String name : List.of(file.file(), file.publishedName())) {
                if (Files.isRegularFile(path.resolve(name))) {
                    return Optional.of(path.resolve(name));
                }
            }
            throw new Failure("neither " + file.file() + " nor " + file.publishedName() + " is in " + path);
        }
        if (!Files.isRegularFile(path)) {
            throw Failure.usage("--from " + from + ": there is no such file or folder");
        }
        requireOnlyFile(entry);
        return Optional.of(path);
    }

    /** The addresses to try, in this order. */
    List<URI> remote(CatalogueEntry entry, Download file) throws Failure {
        if (from == null) {
            return file.sources();
        }
        URI uri = uri();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (path.isEmpty() || path.equals("/")) {
            URI published = file.url();
            return List.of(uri.resolve(published.getRawPath()));
        }
        if (path.endsWith("/")) {
            return List.of(uri.resolve(file.file()));
        }
        requireOnlyFile(entry);
        return List.of(uri);
    }

    private void requireOnlyFile(CatalogueEntry entry) throws Failure {
        if (entry.download().size() > 1) {
            throw Failure.usage(entry.name() + " has " + entry.download().size() + " files ("
                    + String.join(
                            ", ", entry.download().stream().map(Download::file).toList())
                    + "): give the folder, or the URL of one with a slash at its end");
        }
    }

    private boolean isHttp() {
        String lower = from == null ? "" : from.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    private Path path() throws Failure {
        String text = from == null ? "" : from;
        try {
            return text.startsWith("file:") ? Path.of(uri()) : Path.of(text);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--from " + text + ": expected an http or https URL, a file or a folder");
        }
    }

    private URI uri() throws Failure {
        try {
            return new URI(from == null ? "" : from);
        } catch (URISyntaxException e) {
            throw Failure.usage("--from " + from + ": " + e.getMessage());
        }
    }

    /** Checks a local file as a downloaded one is checked. */
    static String verified(Download file, Path local, Progress progress) throws Failure, IOException {
        long bytes = Files.size(local);
        if (file.expectedBytes().orElse(bytes) != bytes) {
            throw new Failure(local + " has " + bytes + " bytes, " + file.file() + " has "
                    + file.expectedBytes().getAsLong());
        }
        String sha256 = Sha256.of(local, progress);
        if (!file.expectedSha256().orElse(sha256).equals(sha256)) {
            throw new Failure(
                    local + " has the SHA-256 " + sha256 + ", that of " + file.file() + " is " + file.sha256());
        }
        return sha256;
    }
}
