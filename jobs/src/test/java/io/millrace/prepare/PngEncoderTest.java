package io.millrace.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.image.PixelBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PngEncoderTest {
  @Property(tries = 50)
  void anotherDecoderReadsTheSamePixels(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll boolean grey,
      @ForAll long seed)
      throws IOException {
    int channels = grey ? 1 : 3;
    var image = new PixelBuffer().reshape(height, width, channels);
    Random random = new Random(seed);
    for (int i = 0; i < height * width * channels; i++) {
      image.data()[i] = (byte) (i + random.nextInt(1 + (int) (seed & 63)));
    }
    try (var encoder = new PngEncoder()) {
      var raster = ImageIO.read(new ByteArrayInputStream(encoder.encode(image))).getRaster();
      assertThat(raster.getNumBands()).isEqualTo(channels);
      for (int i = 0; i < height * width * channels; i++) {
        int pixel = i / channels;
        assertThat(raster.getSample(pixel % width, pixel / width, i % channels))
            .isEqualTo(image.data()[i] & 0xff);
      }
    }
  }
}
