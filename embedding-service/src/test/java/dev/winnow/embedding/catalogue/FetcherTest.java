package dev.winnow.embedding.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a real server that breaks off, stalls, ignores ranges, answers other ones and gives other bytes. */
class FetcherTest {

    private static final int SIZE = 300_000;

    @TempDir
    Path folder;

    private final byte[] content = new byte[SIZE];
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private FileServer server;
    private HttpClient http;
    private Fetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(3).nextBytes(content);
        server = new FileServer(content);
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        fetcher = new Fetcher(
                http,
                new Progress(new PrintStream(shown, true, StandardCharsets.UTF_8), false),
                new Fetcher.Patience(Duration.ofMillis(5), Duration.ofMillis(500)));
    }

    @AfterEach
    void stop() {
        server.close();
        http.shutdownNow();
    }

    @Test
    void fetchesFollowsRedirectsAndIsQuietWhereNobodyLooks() throws Exception {
        fetch(known(), server.uri("/moved/file.bin"));
        assertThat(target()).hasBinaryContent(content);
        assertThat(shown.size()).isZero();
        assertThat(folder.toFile().list()).containsExactly("file.bin");
    }

    @Test
    void takesUpABrokenConnectionWhereItEnded() throws Exception {
        server.cutAfter = 100_000;
        server.cuts.set(2);
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
        assertThat(server.ranges).hasSize(3).first().isEqualTo("all");
        assertThat(server.ranges.subList(1, 3)).allMatch(range -> range.startsWith("bytes="));
    }

    @Test
    void breaksAConnectionThatStalls() throws Exception {
        server.cutAfter = 50_000;
        server.stalls.set(1);
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
        assertThat(server.ranges).hasSize(2);
    }

    @Test
    void goesOnInALaterRun() throws Exception {
        partAtHand(Arrays.copyOf(content, 120_000), "\"1\"");
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
        assertThat(server.ranges).containsExactly("bytes=120000-");
    }

    @Test
    void beginsAnewWhereTheServersFileIsAnotherNow() throws Exception {
        partAtHand(new byte[120_000], "\"0\"");
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void fetchesOnceMoreInOneGoWhereThePartsDoNotFit() throws Exception {
        partAtHand(new byte[120_000], "\"1\"");
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
        assertThat(server.ranges).containsExactly("bytes=120000-", "all");
    }

    @Test
    void doesNotResumeWhatNothingCouldVerify() throws Exception {
        partAtHand(Arrays.copyOf(content, 120_000), "");
        String sha256 = fetch(unknown(), server.uri("/file.bin"));
        assertThat(sha256).isEqualTo(sha256(content));
        assertThat(server.ranges).containsExactly("all");
    }

    @Test
    void copesWithAServerThatKnowsNoRanges() throws Exception {
        server.knowsRanges = false;
        server.cutAfter = 100_000;
        server.cuts.set(1);
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void copesWithAServerThatAnswersAnotherRange() throws Exception {
        server.rangeShift = 7;
        server.cutAfter = 100_000;
        server.cuts.set(1);
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void copesWithAServerThatTellsNoLength() throws Exception {
        server.tellsLength = false;
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void triesAgainWhereTheServerIsBusy() throws Exception {
        server.refusals.set(3);
        fetch(known(), server.uri("/file.bin"));
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void refusesOtherBytesAndLeavesNothing() {
        server.content = new byte[SIZE];
        assertThatThrownBy(() -> fetch(known(), server.uri("/file.bin")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(sha256(new byte[SIZE]))
                .hasMessageContaining(sha256(content));
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void refusesAFileOfAnotherSizeBeforeItIsThere() {
        server.content = new byte[133];
        assertThatThrownBy(() -> fetch(known(), server.uri("/file.bin")))
                .hasMessageContaining("133 bytes, expected 300000");
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void goesToTheMirrorAndNamesEveryAnswer() throws Exception {
        server.refusals.set(1);
        server.refusalStatus = 404;
        fetcher.fetch(known(), List.of(server.uri("/gone"), server.uri("/file.bin")), target());
        assertThat(target()).hasBinaryContent(content);
        server.refusals.set(2);
        assertThatThrownBy(() -> fetcher.fetch(
                        known(), List.of(server.uri("/gone"), server.uri("/lost")), folder.resolve("other.bin")))
                .hasMessageContaining("/gone: it answers 404")
                .hasMessageContaining("/lost: it answers 404");
    }

    @Test
    void saysSoWhereThereIsNoNetwork() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        URI nobody = URI.create("http://localhost:" + port + "/file.bin");
        assertThatThrownBy(() -> fetch(known(), nobody))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("refused")
                .hasMessageContaining("offline");
        assertThatThrownBy(() -> fetch(known(), URI.create("http://nowhere.invalid/file.bin")))
                .hasMessageContaining("no such host");
    }

    @Test
    void keepsWhatItHasWhereTheServerNeverComesBack() throws Exception {
        partAtHand(Arrays.copyOf(content, 100_000), "\"1\"");
        URI source = server.uri("/file.bin");
        server.cuts.set(Integer.MAX_VALUE);
        server.cutAfter = 0;
        assertThatThrownBy(() -> fetch(known(), source)).hasMessageContaining("is kept");
        assertThat(folder.toFile().list()).contains("file.bin.part");
    }

    private Download known() {
        return new Download("file.bin", server.uri("/file.bin"), null, (long) SIZE, sha256(content));
    }

    private Download unknown() {
        return new Download("file.bin", server.uri("/file.bin"), null, null, Download.UNKNOWN);
    }

    private String fetch(Download file, URI source) throws Failure, InterruptedException {
        return fetcher.fetch(file, List.of(source), target());
    }

    private Path target() {
        return folder.resolve("file.bin");
    }

    /** What a run that was killed leaves. */
    private void partAtHand(byte[] part, String validator) throws IOException {
        Files.write(folder.resolve("file.bin.part"), part);
        Files.write(
                folder.resolve("file.bin.part.origin"),
                List.of(server.uri("/file.bin").toString(), validator));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
    }
}
