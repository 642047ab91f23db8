package dev.winnow.embedding.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A published file of a network.
 *
 * @param file its name here; unique within the network
 * @param url where its publisher has it
 * @param mirrors where else it can be had, in the order of trying; may be left out
 * @param bytes its size; may be left out
 * @param sha256 64 lower-case hex digits, or {@value #UNKNOWN}: such a file is only taken by whoever says so
 */
record Download(
        String file,
        URI url,
        @Nullable List<URI> mirrors,
        @Nullable Long bytes,
        String sha256) {

    static final String UNKNOWN = "unknown";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    Download {
        Required.field("download.file", file);
        Required.field("download.url", url);
        Required.field("download.sha256", sha256);
        mirrors = List.copyOf(Objects.requireNonNullElse(mirrors, List.of()));
        Required.that(NAME.matcher(file).matches(), "download.file", "the name of a file");
        Required.that(
                sha256.equals(UNKNOWN) || SHA256.matcher(sha256).matches(),
                "download.sha256",
                "64 lower-case hex digits, or " + UNKNOWN);
        Required.that(bytes == null || bytes > 0, "download.bytes", "a positive number");
    }

    /** What its bytes have to hash to, if that is known. */
    Optional<String> expectedSha256() {
        return sha256.equals(UNKNOWN) ? Optional.empty() : Optional.of(sha256);
    }

    /** How many bytes it has to have, if that is known. */
    OptionalLong expectedBytes() {
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** All places it can be had from, the publisher's first. */
    List<URI> sources() {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(url), Objects.requireNonNullElse(mirrors, List.<URI>of()).stream())
                .toList();
    }

    /** The name it has where it is published. */
    String publishedName() {
        String path = url.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
