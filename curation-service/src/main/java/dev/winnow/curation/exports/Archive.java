package dev.winnow.curation.exports;

import dev.winnow.curation.InvalidParameterException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Several files as one, written without a temporary file. */
public interface Archive extends Closeable {

    /** How. */
    enum Kind {
        /** Any number of files; may be unpacked while it arrives. */
        TAR,
        /** The names of all files are held until the end: some 300 bytes a file. */
        ZIP;

        /** @throws InvalidParameterException unless {@code text} is one of the names */
        static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.toString().equals(text)) {
                    return kind;
                }
            }
            throw new InvalidParameterException("archive", "expected tar or zip, got " + text);
        }

        String mediaType() {
            return switch (this) {
                case TAR -> "application/x-tar";
                case ZIP -> "application/zip";
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        Archive open(OutputStream out) {
            return switch (this) {
                case TAR -> new Tar(out);
                case ZIP -> new Zip(out);
            };
        }
    }

    void add(String name, InputStream content, long size) throws IOException;

    /** Writes the end. */
    void finish() throws IOException;

    default void add(String name, byte[] content) throws IOException {
        add(name, new ByteArrayInputStream(content), content.length);
    }

    default void add(String name, String content) throws IOException {
        add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    default void add(String name, Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            add(name, content, Files.size(file));
        }
    }

    /** POSIX.1-2001, names in UTF-8. */
    final class Tar implements Archive {
        private final TarArchiveOutputStream tar;

        private Tar(OutputStream out) {
            tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
        }

        @Override
        public void add(String name, InputStream content, long size) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(size);
            // The same dataset makes the same archive.
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            content.transferTo(tar);
            tar.closeArchiveEntry();
        }

        @Override
        public void finish() throws IOException {
            tar.finish();
            tar.flush();
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /** Of version 2.0 with names in UTF-8. */
    final class Zip implements Archive {
        private final ZipOutputStream zip;

        private Zip(OutputStream out) {
            zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        }

        @Override
        public void add(String name, InputStream content, long size) throws IOException {
            ZipEntry entry = new ZipEntry(name);
            entry.setTime(0);
            zip.putNextEntry(entry);
            content.transferTo(zip);
            zip.closeEntry();
        }

        @Override
        public void finish() throws IOException {
            zip.finish();
            zip.flush();
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }
}
