package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
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
          decoder.decode(in, reduction, channels, expected);
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
