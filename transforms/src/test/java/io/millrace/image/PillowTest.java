package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what Pillow makes of the same bytes; {@code images/make.py} made both. */
class PillowTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bilevel",
        "palette",
        "palette4",
        "palette-transparent",
        "alpha",
        "grey-alpha",
        "rgb16",
        "grey16",
        "interlaced"
      })
  void everyKindOfPngGivesPillowsPixels(String name) throws IOException {
    assertThat(decode(name + ".png", 3)).isEqualTo(expected(name + ".rgb"));
    assertThat(decode(name + ".png", 1)).isEqualTo(expected(name + ".grey"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"progressive", "cmyk"})
  void jpegsThatAreNotPlainGivePillowsPixels(String name) throws IOException {
    assertThat(decode(name + ".jpg", 3)).isEqualTo(expected(name + ".rgb"));
    assertThat(decode(name + ".jpg", 1)).isEqualTo(expected(name + ".grey"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void exifOrientationIsApplied(int orientation) throws IOException {
    String name = "exif" + orientation;
    assertThat(decode(name + ".jpg", 3)).isEqualTo(expected(name + ".rgb"));
    assertThat(decode(name + ".jpg", 1)).isEqualTo(expected(name + ".grey"));
  }

  /** {@code images/make_odd.py} made them: all pixels are there, so they are read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "exif-long.jpg",
        "exif-lost.jpg",
        "exif-behind-frame.jpg",
        "xmp.jpg",
        "exif-before-xmp.jpg",
        "empty-comment.jpg",
        "stray-before-end.jpg",
        "stray-text-before-end.jpg",
        "comment-before-end.jpg",
        "stray-before-segment.jpg",
        "stray-before-end-progressive.jpg",
        "stray-before-segment-progressive.jpg",
        "no-end.jpg",
        "cmyk-no-adobe.jpg",
        "exif-late.png",
        "xmp.png",
        "xmp-packed.png",
        "exif-profile.png",
        "surplus.png",
        "no-end.png",
        "no-checksum.png",
        "palette-beyond.png"
      })
  void oddFilesGivePillowsPixels(String name) throws IOException {
    assertThat(decode(name, 3)).isEqualTo(expected(name));
    byte[] bytes = bytes(name);
    PixelBuffer out = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(bytes, 0, bytes.length, 3, out);
    }
    ImageHeader header = ImageHeader.read(bytes, 0, bytes.length);
    assertThat(out.height()).isEqualTo(header.uprightHeight());
    assertThat(out.width()).isEqualTo(header.uprightWidth());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 61, 83, 24, 24", "0, 0, 61, 83, 20, 27", "0, 0, 61, 83, 100, 131",
    "5, 7, 40, 33, 32, 32", "20, 30, 9, 11, 32, 32", "0, 0, 61, 83, 61, 30",
    "0, 0, 61, 83, 7, 5", "60, 82, 1, 1, 4, 4"
  })
  void resamplingIsWithinOneLevel(
      int top, int left, int height, int width, int scaledHeight, int scaledWidth)
      throws IOException {
    PixelBuffer image = new PixelBuffer();
    byte[] bytes = bytes("resize.png");
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(bytes, 0, bytes.length, 3, image);
    }
    Box region = new Box(top, left, height, width);
    PixelBuffer out = new PixelBuffer();
    Frame frame = Frame.resize(61, 83, region, scaledHeight, scaledWidth);
    new Renderer().render(image, 1, frame, out);
    String name =
        "resize-%d-%d-%d-%d-%d-%d".formatted(top, left, height, width, scaledHeight, scaledWidth);
    assertClose(Samples.pixels(out), expected(name));
  }

  private static void assertClose(byte[] actual, byte[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      int level = expected[i] & 0xff;
      assertThat(actual[i] & 0xff).isBetween(level - 1, level + 1);
    }
  }

  private static byte[] decode(String name, int channels) throws IOException {
    byte[] bytes = bytes(name);
    PixelBuffer out = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(bytes, 0, bytes.length, channels, out);
    }
    return Samples.pixels(out);
  }

  private static byte[] expected(String name) throws IOException {
    try (InputStream in =
        PillowTest.class.getResourceAsStream("/images/" + name + ".expected.png")) {
      return Samples.pixels(ImageIO.read(in));
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = PillowTest.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    }
  }
}
