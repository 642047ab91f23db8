package dev.winnow.embedding.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.winnow.embedding.image.Preprocessing.Colour;
import dev.winnow.embedding.image.Preprocessing.Layout;
import dev.winnow.embedding.image.Samples.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {

    private static final Picture PICTURE = Picture.plain(2, 2, 255, 0, 51);

    @Test
    void laysOutPlanesOrPixelsInRgbOrBgr() {
        assertThat(with(Layout.NCHW, Colour.RGB).apply(PICTURE))
                .containsExactly(1, 1, 1, 1, 0, 0, 0, 0, .2f, .2f, .2f, .2f);
        assertThat(with(Layout.NHWC, Colour.RGB).apply(PICTURE))
                .containsExactly(1, 0, .2f, 1, 0, .2f, 1, 0, .2f, 1, 0, .2f);
        assertThat(with(Layout.NHWC, Colour.BGR).apply(PICTURE))
                .containsExactly(.2f, 0, 1, .2f, 0, 1, .2f, 0, 1, .2f, 0, 1);
    }

    @Test
    void normalisesEachChannelOnItsOwn() {
        float[] tensor = new Preprocessing(
                        new Resize.ShortSide(2, Interpolation.BILINEAR),
                        2,
                        2,
                        Layout.NHWC,
                        Colour.RGB,
                        1,
                        List.of(5., 1., 1.),
                        List.of(50., 1., 2.))
                .apply(PICTURE);
        assertThat(tensor).startsWith(5, -1, 25);
    }

    @Test
    void refusesADeviationOfZero() {
        assertThatThrownBy(() -> new Preprocessing(
                        new Resize.ShortSide(2, Interpolation.BILINEAR),
                        2,
                        2,
                        Layout.NHWC,
                        Colour.RGB,
                        1,
                        List.of(0., 0., 0.),
                        List.of(1., 0., 1.)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Preprocessing with(Layout layout, Colour colour) {
        return new Preprocessing(
                new Resize.ShortSide(2, Interpolation.BILINEAR),
                2,
                2,
                layout,
                colour,
                1 / 255.0,
                List.of(0., 0., 0.),
                List.of(1., 1., 1.));
    }
}
