package dev.winnow.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.winnow.embedding.image.Interpolation;
import dev.winnow.embedding.image.MemoryBudget;
import dev.winnow.embedding.image.PreparedImage;
import dev.winnow.embedding.image.Preprocessing;
import dev.winnow.embedding.image.Resize;
import dev.winnow.embedding.image.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImagePreparationTest {

    @Test
    void refusesAnImageThatItFailsOn() throws InterruptedException {
        // More floats than an array can have.
        Preprocessing impossible = new Preprocessing(
                new Resize.ShortSide(1, Interpolation.BILINEAR),
                30_000,
                30_000,
                Preprocessing.Layout.NCHW,
                Preprocessing.Colour.RGB,
                1,
                List.of(0., 0., 0.),
                List.of(1., 1., 1.));
        ImagePreparation preparation = new ImagePreparation(impossible, new MemoryBudget(1 << 20), 1);
        try {
            assertThat(preparation.prepare(Samples.file("plain.png")))
                    .isInstanceOfSatisfying(
                            PreparedImage.Refused.class,
                            refused -> assertThat(refused.rejection().reason()).isEqualTo("undecodable"));
        } finally {
            preparation.close();
        }
    }
}
