package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.random.KeyedRandom;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against libjpeg-turbo, through the decoder that takes over where a file is not plain. */
class BaselineDecoderTest {
  @ParameterizedTest
  @CsvSource({
    "grey",
    "s444",
    "s422",
    "s420",
    "s420-odd",
    "s420-tiny",
    "s422-restart",
    "s420-optimised"
  })
  void pixelsAreThoseOfLibjpegAtEveryScale(String name) throws Exception {
    ByteReader in = sample(name);
    for (int reduction = 1; reduction <= 8; reduction *= 2) {
      for (int channels = 1; channels <= 3; channels += 2) {
        PixelBuffer expected = new PixelBuffer();
        try (NativeJpegDecoder decoder = new NativeJpegDecoder()) {
          decoder.decode(in, reduction, channels, false, expected);
        }
        PixelBuffer actual = decode(in, reduction, channels, expected);
        assertThat(actual.height()).isEqualTo(expected.height());
        assertThat(actual.width()).isEqualTo(expected.width());
        assertThat(Samples.pixels(actual))
            .as("1/%d, %d channels", reduction, channels)
            .isEqualTo(Samples.pixels(expected));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"s444", "s422", "s420", "s420-odd", "s422-restart", "s420-optimised"})
  void aRegionIsThatPartOfTheWhole(String name) throws Exception {
    ByteReader in = sample(name);
    JpegFile file = new JpegFile();
    file.read(in);
    BaselineDecoder decoder = new BaselineDecoder();
    PixelBuffer all = new PixelBuffer();
    PixelBuffer part = new PixelBuffer();
    for (int reduction = 1; reduction <= 4; reduction *= 2) {
      Box image = Box.whole(file.height, file.width).reduced(reduction);
      decoder.decode(file, in, reduction, 3, image, all);
      KeyedRandom random = new KeyedRandom().key(1, reduction, 0);
      for (int i = 0; i < 40; i++) {
        int top = (int) (random.nextDouble() * image.height());
        int left = (int) (random.nextDouble() * image.width());
        int height = 1 + (int) (random.nextDouble() * (image.height() - top));
        int width = 1 + (int) (random.nextDouble() * (image.width() - left));
        Box region = new Box(top, left, height, width);
        decoder.decode(file, in, reduction, 3, region, part);
        assertThat(cut(part, region))
            .as("%s at 1/%d", region, reduction)
            .isEqualTo(cut(all, region));
      }
    }
  }

  @Test
  void aCorruptFileLeavesNothingBehind() throws Exception {
    ByteReader good = sample("s420");
    PixelBuffer out = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(good.data(), 0, good.length(), 3, out);
      byte[] expected = Samples.pixels(out);
      for (int at = good.length() / 2; at < good.length() - 2; at += 7) {
        byte[] bad = good.data().clone();
        bad[at] ^= 0x55;
        try {
          decoder.decode(bad, 0, bad.length, 3, out);
        } catch (BadImageException e) {
          decoder.decode(good.data(), 0, good.length(), 3, out);
          assertThat(Samples.pixels(out)).as("after byte %d", at).isEqualTo(expected);
        }
      }
    }
  }

  private static byte[] cut(PixelBuffer pixels, Box region) {
    PixelBuffer out = new PixelBuffer();
    Frame frame = Frame.cut(pixels.height(), pixels.width(), region);
    new Renderer().render(pixels, 1, frame, out);
    return Samples.pixels(out);
  }

  private static PixelBuffer decode(ByteReader in, int reduction, int channels, PixelBuffer like) {
    JpegFile file = new JpegFile();
    file.read(in);
    assertThat(file.plain).isTrue();
    PixelBuffer out = new PixelBuffer();
    Box all = Box.whole(like.height(), like.width());
    new BaselineDecoder().decode(file, in, reduction, channels, all, out);
    return out;
  }

  static ByteReader sample(String name) throws Exception {
    try (InputStream in =
        BaselineDecoderTest.class.getResourceAsStream("/images/" + name + ".jpg")) {
      byte[] bytes = in.readAllBytes();
      return new ByteReader(bytes, 0, bytes.length);
    }
  }
}
