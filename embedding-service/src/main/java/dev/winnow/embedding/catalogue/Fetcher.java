package dev.winnow.embedding.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Downloads files over HTTP. A download that broke off, here or in an earlier run, goes on where it ended if the server
 * still has the same file; a broken connection is taken up again; nothing counts as downloaded before its size and SHA-256
 * are the expected ones.
 */
final class Fetcher {

    /** Attempts in a row that bring nothing new before a source is given up. */
    private static final int FRUITLESS = 5;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final HttpClient http;
    private final Progress progress;
    private final Patience patience;

    /**
     * How long is waited.
     *
     * @param first before the second attempt; doubled each time
     * @param stall without a byte before a connection counts as broken
     */
    record Patience(Duration first, Duration stall) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    Fetcher(HttpClient http, Progress progress, Patience patience) {
        this.http = http;
        this.progress = progress;
        this.patience = patience;
    }

    /** With the proxies that the environment names. */
    static Fetcher standard(Progress progress) {
        EnvironmentProxies proxies = new EnvironmentProxies(System.getenv());
        HttpClient.Builder http = HttpClient.newBuilder()
                // One stream, as large as it gets: the windows of HTTP/2 would only slow it down.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .proxy(proxies);
        proxies.authenticator().ifPresent(http::authenticator);
        return new Fetcher(http.build(), progress, Patience.USUAL);
    }

    /** A source gave something, but not this file, and would do so again. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Downloads {@code file} from the first source that has it.
     *
     * @return its SHA-256, which is the expected one where one is known
     * @throws Failure if no source gives it, naming what each of them answered
     */
    String fetch(Download file, List<URI> sources, Path target) throws Failure, InterruptedException {
        StringBuilder answers = new StringBuilder();
        boolean reached = false;
        try (PartialFile part = PartialFile.open(target)) {
            for (URI source : sources) {
                try {
                    boolean resumed = part.size() > 0;
                    download(file, source, part);
                    String sha256 = verified(file, source, part, resumed);
                    part.complete();
                    return sha256;
                } catch (RefusedException e) {
                    reached = true;
                    answers.append("\n  ").append(source).append(": ").append(e.getMessage());
                } catch (IOException e) {
                    reached |= part.size() > 0;
                    answers.append("\n  ").append(source).append(": ").append(Unreachable.why(e));
                }
            }
            String kept = part.size() > 0
                    ? "\nWhat there is of it (" + Progress.bytes(part.size())
                            + ") is kept; the next fetch goes on from there."
                    : "";
            throw new Failure("cannot fetch " + file.file() + ":" + answers + kept
                    + (reached
                            ? ""
                            : "\nThis machine seems to be offline, or behind a proxy that https_proxy does not name."));
        } catch (IOException e) {
            throw new Failure("cannot write " + target + ": " + Unreachable.why(e), e);
        } finally {
            progress.clear();
        }
    }

    /** What was resumed may be parts of two files: then it is fetched once more, in one go. */
    private String verified(Download file, URI source, PartialFile part, boolean resumed)
            throws IOException, RefusedException, InterruptedException {
        String sha256 = Sha256.of(part.path(), progress);
        Optional<String> expected = file.expectedSha256();
        if (expected.isEmpty() || expected.get().equals(sha256)) {
            return sha256;
        }
        part.discard();
        if (resumed) {
            download(file, source, part);
            return verified(file, source, part, false);
        }
        throw new RefusedException("these bytes have the SHA-256 " + sha256 + ", expected " + expected.get());
    }

    private void download(Download file, URI source, PartialFile part)
            throws IOException, RefusedException, InterruptedException {
        Duration pause = patience.first();
        for (int fruitless = 1; ; fruitless++) {
            long before = part.size();
            try {
                if (file.expectedBytes().orElse(-1) == before) {
                    return;
                }
                attempt(file, source, part);
                return;
            } catch (IOException e) {
                if (part.size() > before) {
                    fruitless = 0;
                    pause = patience.first();
                } else if (fruitless >= FRUITLESS || Unreachable.isHopeless(e)) {
                    throw e;
                }
            }
            // Nothing is ever released: this only waits.
            new Semaphore(0).tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** One request, for the rest of the file if a part of it is there. */
    private void attempt(Download file, URI source, PartialFile part)
            throws IOException, RefusedException, InterruptedException {
        Optional<String> validator = part.validator(source.toString());
        if (validator.isEmpty() && file.expectedSha256().isEmpty()) {
            // Nothing would tell that the rest belongs to another file.
            part.discard();
        }
        long have = part.size();
        HttpRequest.Builder request = HttpRequest.newBuilder(source)
                .timeout(patience.stall())
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "winnow");
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
            validator.ifPresent(mark -> request.header("If-Range", mark));
        }
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            FileResponse answer = FileResponse.of(response);
            switch (answer) {
                case FileResponse.Whole whole -> {
                    requireSize(file, whole.total());
                    part.begin(source.toString(), whole.validator());
                    receive(file, body, part, whole.total());
                }
                case FileResponse.Rest rest
                when rest.from() == have -> {
                    requireSize(file, rest.total());
                    receive(file, body, part, rest.total());
                }
                case FileResponse.Rest rest -> {
                    part.discard();
                    throw new IOException(
                            "it gave the bytes from " + rest.from() + " on, wanted were those from " + have);
                }
                case FileResponse.NoSuchRange none -> {
                    if (none.total() != have) {
                        part.discard();
                        throw new IOException("its file ends before byte " + have);
                    }
                }
                case FileResponse.Busy busy -> throw new IOException("it answers " + busy.status());
                case FileResponse.Refused refused -> throw new RefusedException("it answers " + refused.status());
            }
        }
    }

    private static void requireSize(Download file, long total) throws RefusedException {
        if (total >= 0 && file.expectedBytes().orElse(total) != total) {
            throw new RefusedException("its file has " + total + " bytes, expected "
                    + file.expectedBytes().getAsLong());
        }
    }

    private void receive(Download file, InputStream body, PartialFile part, long total)
            throws IOException, RefusedException {
        long expected = total >= 0 ? total : file.expectedBytes().orElse(-1);
        Progress.Step step = progress.step(file.file(), part.size());
        byte[] buffer = new byte[1 << 16];
        try (StallWatch watch = StallWatch.over(body, patience.stall())) {
            for (int read = watch.read(buffer); read >= 0; read = watch.read(buffer)) {
                part.append(buffer, read);
                step.at(part.size(), expected);
                if (expected >= 0 && part.size() > expected) {
                    part.discard();
                    throw new RefusedException("its file has more than the expected " + expected + " bytes");
                }
            }
        }
        if (part.size() < expected) {
            throw new IOException("the connection ended after " + part.size() + " of " + expected + " bytes");
        }
    }

    /** Whether all of a file has been downloaded and verified before. */
    boolean isThere(Download file, Path target) throws IOException {
        return Files.isRegularFile(target)
                && file.expectedSha256().isPresent()
                && Sha256.of(target, progress).equals(file.expectedSha256().get());
    }
}
