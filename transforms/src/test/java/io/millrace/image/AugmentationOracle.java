package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Pillow and torchvision made of one picture; {@code oracles/augmentations.txt} says which.
 */
record AugmentationOracle(
    String name, int height, int width, int tolerance, int free, byte[] pixels) {

  /** The lines that begin with a word, or all cases for none, split at blanks. */
  static List<String[]> lines(String kind) throws IOException {
    try (InputStream in =
        AugmentationOracle.class.getResourceAsStream("/oracles/augmentations.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .filter(words -> kind.isEmpty() || words[0].equals(kind))
          .toList();
    }
  }

  static Stream<AugmentationOracle> cases() throws IOException {
    return lines("").stream()
        .filter(words -> !List.of("input", "bins", "box").contains(words[0]))
        .map(AugmentationOracle::of);
  }

  private static AugmentationOracle of(String[] words) {
    return new AugmentationOracle(
        words[0],
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Base64.getDecoder().decode(words[5]));
  }

  /** The picture that all cases begin with. */
  static PixelBuffer input() throws IOException {
    AugmentationOracle input = of(lines("input").get(0));
    PixelBuffer image = new PixelBuffer().reshape(input.height, input.width, 3);
    System.arraycopy(input.pixels, 0, image.data(), 0, input.pixels.length);
    return image;
  }

  /** Asserts that an image is the case's, within a tolerance that may be smaller than allowed. */
  void assertMade(PixelBuffer made, int within) {
    assertThat(made.height()).isEqualTo(height);
    assertThat(made.width()).isEqualTo(width);
    assertThat(made.channels()).isEqualTo(3);
    int others = 0;
    for (int i = 0; i < height * width; i++) {
      boolean other = false;
      for (int c = 0; c < 3; c++) {
        int difference = (made.data()[3 * i + c] & 0xff) - (pixels[3 * i + c] & 0xff);
        other |= Math.abs(difference) > within;
      }
      others += other ? 1 : 0;
    }
    assertThat(others).as("pixels that differ").isZero();
  }

  /** The word behind the last underscore before which the name is {@code prefix}. */
  String after(String prefix) {
    return name.substring(prefix.length());
  }

  @Override
  public String toString() {
    return name;
  }
}
