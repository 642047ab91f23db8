package dev.winnow.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.ingest.FileSequence;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class FileSequencesTest {

    @Test
    void readsTheFilesOfATar() throws IOException {
        String longName = "ä b+c/".repeat(30) + "x.jpg";
        byte[] tar = tar(out -> {
            entry(out, "./a.jpg", TarConstants.LF_NORMAL, "one");
            entry(out, "dir/", TarConstants.LF_DIR, "");
            entry(out, longName, TarConstants.LF_NORMAL, "two");
            entry(out, "empty", TarConstants.LF_NORMAL, "");
        });
        assertThat(read(new TarFiles(new ByteArrayInputStream(tar))))
                .containsExactly(Map.entry("a.jpg", "one"), Map.entry(longName, "two"), Map.entry("empty", ""));
    }

    @Test
    void refusesLinksAndDevicesWithoutFollowingThem() throws IOException {
        byte[] tar = tar(out -> {
            TarArchiveEntry link = new TarArchiveEntry("passwd.jpg", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
            entry(out, "tty", TarConstants.LF_CHR, "");
            entry(out, "pipe", TarConstants.LF_FIFO, "");
            entry(out, "/etc/../x.jpg", TarConstants.LF_NORMAL, "x");
        });
        TarFiles files = new TarFiles(new ByteArrayInputStream(tar));
        assertThat(files.advance()).isTrue();
        assertThat(files.refusal()).contains("a link");
        assertThat(files.advance()).isTrue();
        assertThat(files.refusal()).contains("a device or pipe");
        assertThat(files.advance()).isTrue();
        assertThat(files.refusal()).contains("a device or pipe");
        assertThat(files.advance()).isTrue();
        assertThat(files.name()).endsWith("../x.jpg");
        assertThat(files.advance()).isFalse();
    }

    /** A long-name header of two gigabytes, which the library would collect in memory. */
    @Test
    void endsAHeaderThatGoesOnAndOn() throws IOException {
        byte[] tar = tar(out -> {
            TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            name.setSize(2_000_000_000);
            out.putArchiveEntry(name);
        });
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream(Arrays.copyOf(tar, 512)), new RepeatedByte('x', 2_000_000_000));
        assertThatThrownBy(() -> new TarFiles(endless).advance())
                .isInstanceOf(FileSequence.MalformedException.class)
                .hasMessageContaining("1048576 bytes");
    }

    /** Whatever the damage: an end, or a broken archive; nothing else is thrown, and nothing large allocated. */
    @Test
    void survivesDamage() throws IOException {
        byte[] whole = tar(out -> {
            for (int i = 0; i < 5; i++) {
                entry(out, "name ".repeat(30 * i) + i, TarConstants.LF_NORMAL, "content ".repeat(100));
            }
        });
        Random random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            byte[] tar = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int i = 0; i < random.nextInt(6) && tar.length > 0; i++) {
                tar[random.nextInt(tar.length)] = (byte) random.nextInt(256);
            }
            try {
                TarFiles files = new TarFiles(new ByteArrayInputStream(tar));
                while (files.advance()) {
                    if (files.refusal().isEmpty()) {
                        files.writeTo(OutputStream.nullOutputStream());
                    }
                }
            } catch (FileSequence.MalformedException e) {
                assertThat(e.problem()).startsWith("expected a tar archive");
            }
        }
    }

    @Test
    void readsTheFilesOfAMultipartBody() throws IOException {
        String body = """
                --XX
                Content-Disposition: form-data; name="f"; filename="dir/ä b+c.jpg"
                Content-Type: image/jpeg

                one
                --XX
                Content-Disposition: form-data; name="f"; filename*=UTF-8''%C3%BC.jpg

                two
                --XX
                Content-Disposition: form-data; name="comment"

                three
                --XX--
                """.replace("\n", "\r\n");
        assertThat(read(new MultipartFiles(new ByteArrayInputStream(body.getBytes(UTF_8)), "XX", body.length())))
                .containsExactly(Map.entry("dir/ä b+c.jpg", "one"), Map.entry("ü.jpg", "two"), Map.entry("", "three"));
    }

    @Test
    void saysWhatIsNoMultipartBody() {
        for (String body : new String[] {"", "hello", "--XX\r\nContent-Disposition: form-data"}) {
            assertThatThrownBy(
                            () -> new MultipartFiles(new ByteArrayInputStream(body.getBytes(UTF_8)), "XX", 9).advance())
                    .as(body)
                    .isInstanceOf(FileSequence.MalformedException.class);
        }
    }

    @Test
    void endsPartHeadersThatGoOnAndOn() {
        String body =
                "--XX\r\nContent-Disposition: form-data; name=\"" + "x".repeat(20_000) + "\"\r\n\r\none\r\n--XX--\r\n";
        assertThatThrownBy(() -> new MultipartFiles(new ByteArrayInputStream(body.getBytes(UTF_8)), "XX", 9).advance())
                .isInstanceOf(FileSequence.MalformedException.class)
                .hasMessageContaining("16384 bytes");
    }

    private static Map<String, String> read(FileSequence files) throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        while (files.advance()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            files.writeTo(out);
            contents.put(files.name(), out.toString(UTF_8));
        }
        return contents;
    }

    private interface Writing {
        void run(TarArchiveOutputStream out) throws IOException;
    }

    /** Without closing the archive properly where an entry was left open. */
    private static byte[] tar(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, UTF_8.name());
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        writing.run(out);
        try {
            out.close();
        } catch (IOException e) {
            out.flush();
        }
        return bytes.toByteArray();
    }

    private static void entry(TarArchiveOutputStream out, String name, byte type, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setSize(content.getBytes(UTF_8).length);
        out.putArchiveEntry(entry);
        out.write(content.getBytes(UTF_8));
        out.closeArchiveEntry();
    }

    /** A long stream out of nothing. */
    private static final class RepeatedByte extends InputStream {

        private final int value;
        private long left;

        RepeatedByte(int value, long length) {
            this.value = value;
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? value : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(left, length);
            Arrays.fill(into, offset, offset + n, (byte) value);
            left -= n;
            return n;
        }
    }
}
