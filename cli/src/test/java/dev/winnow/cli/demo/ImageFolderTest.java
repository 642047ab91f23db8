package dev.winnow.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    private Path temp;

    @Test
    void takesImagesAtAnyDepthAndNothingElse() throws Exception {
        Path folder = temp.resolve("My Photos (2)");
        Files.createDirectories(folder.resolve("deep/er"));
        for (String name : new String[] {"b.JPG", "a.png", "deep/er/c.webp", "labels.csv", "notes.txt", "truth.json"}) {
            Files.writeString(folder.resolve(name), "x");
        }
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.files()).extracting(ImageFolder::pathOf).containsExactly("a.png", "b.JPG", "deep/er/c.webp");
        assertThat(images.datasetName()).isEqualTo("my-photos-2");
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws IOException {
        assertThatThrownBy(() -> ImageFolder.open(temp.resolve("none")))
                .isInstanceOf(Failure.class)
                .hasMessageEndingWith("none does not exist");
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> ImageFolder.open(file)).hasMessageEndingWith("is not a folder");
        assertThatThrownBy(() -> ImageFolder.open(temp)).hasMessageStartingWith("no images in " + temp);
    }

    @Test
    void readsLabelsBesideTheImagesOrAboveThem() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("cats"));
        Files.writeString(folder.resolve("1.jpg"), "x");
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.labels()).isEmpty();

        Files.writeString(
                temp.resolve("labels.csv"), "path,label\ncats/1.jpg,tabby\ndogs/1.jpg,pug\n\"cats/a,b.jpg\",tom\n");
        assertThat(images.labels()).hasValue("path,label\n1.jpg,tabby\n\"a,b.jpg\",tom\n");

        Files.writeString(folder.resolve("labels.csv"), "path,label\n1.jpg,manx\n");
        assertThat(images.labels()).hasValue("path,label\n1.jpg,manx\n");
    }

    @Test
    void namesADatasetAfterAnyFolder() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("日本"));
        Files.writeString(folder.resolve("1.jpg"), "x");
        assertThat(ImageFolder.open(folder).datasetName()).isEqualTo("images");
    }
}
