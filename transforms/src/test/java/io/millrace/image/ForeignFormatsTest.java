package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * GIF, BMP, TIFF and WebP against what Pillow makes of the same bytes; {@code formats/} holds the
 * files and the program that made them.
 */
class ForeignFormatsTest {
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelBuffer out = new PixelBuffer();

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPixelIsPillows(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder().resolve(name));
    byte[] expected =
        Samples.pixels(ImageIO.read(folder().resolve(name + ".expected.png").toFile()));
    decoder.decode(bytes, 0, bytes.length, 3, out);
    assertThat(Samples.pixels(out)).isEqualTo(expected);

    ImageHeader header = ImageHeader.read(bytes, 0, bytes.length);
    assertThat(out.height()).isEqualTo(header.uprightHeight());
    assertThat(out.width()).isEqualTo(header.uprightWidth());
    assertThat(header.format().extensions()).contains(name.substring(name.indexOf('.') + 1));

    decoder.decode(bytes, 0, bytes.length, 1, out);
    byte[] grey = Samples.pixels(out);
    for (int i = 0; i < grey.length; i++) {
      int rgb =
          (expected[3 * i] & 0xff) << 16
              | (expected[3 * i + 1] & 0xff) << 8
              | expected[3 * i + 2] & 0xff;
      assertThat(grey[i] & 0xff).isEqualTo(ColourSpace.luminance(rgb));
    }
  }

  /** Behind the pixels there may be what says nothing of them, but never too little before. */
  @ParameterizedTest
  @MethodSource("names")
  void aFileThatIsCutIsRefusedOrWhole(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder().resolve(name));
    decoder.decode(bytes, 0, bytes.length, 3, out);
    byte[] pixels = Samples.pixels(out);
    int refused = 0;
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 200) {
      try {
        decoder.decode(Arrays.copyOf(bytes, length), 0, length, 3, out);
        assertThat(Samples.pixels(out)).as("cut to %d", length).isEqualTo(pixels);
      } catch (BadImageException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void whatIsNotReadOfAFormatIsNamed() throws IOException {
    byte[] tiff = Files.readAllBytes(folder().resolve("tiff_lzw.tif"));
    assertRefused(
        tagged(tiff, TiffDirectory.PACKING, 4),
        "TIFF with fax coding (must be plain, LZW, Deflate or PackBits)");
    assertRefused(
        tagged(tiff, TiffDirectory.PACKING, 7),
        "TIFF with JPEG inside (must be plain, LZW, Deflate or PackBits)");
    assertRefused(
        tagged(tiff, TiffDirectory.COLOURS, 8),
        "TIFF, CIELab of 3 x 8 bits (must be grey, RGB, palette or CMYK, of 8 bits, or 16)");
    byte[] large = tiff.clone();
    large[2] = 43;
    assertRefused(large, "BigTIFF (must be TIFF of 32 bits)");
    byte[] bmp = Files.readAllBytes(folder().resolve("mode-RGB.bmp"));
    bmp[30] = 4;
    assertRefused(bmp, "BMP of 24 bits, packed in way 4 (must be 1 to 32 bits, plain or in runs)");
  }

  /** A little-endian file with another value of a tag of one number. */
  private static byte[] tagged(byte[] tiff, int tag, int value) {
    byte[] other = tiff.clone();
    ByteReader in = new ByteReader(tiff, 0, tiff.length);
    int at = (int) in.number(4, 4, true) + 2;
    while (in.number(at, 2, true) != tag) {
      at += 12;
    }
    other[at + 8] = (byte) value;
    return other;
  }

  private void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> decoder.decode(bytes, 0, bytes.length, 3, out))
        .isInstanceOf(BadImageException.class)
        .hasMessage("Cannot decode image: " + reason);
  }

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.endsWith(".png") && !name.endsWith(".py"))
              .sorted()
              .toList();
      assertThat(names).hasSizeGreaterThan(60);
      return names;
    }
  }

  static Path folder() {
    try {
      return Path.of(ForeignFormatsTest.class.getResource("/images/formats").toURI());
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
