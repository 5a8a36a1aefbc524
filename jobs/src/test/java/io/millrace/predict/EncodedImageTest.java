package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.evaluate.CroppedImages;
import io.millrace.prepare.DatasetConfig;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.prepare.ImageWork;
import io.millrace.prepare.Lake;
import io.millrace.source.SourceRow;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network is given of an image what it is given of what {@code prepare} stores. */
class EncodedImageTest {
  private static final int SIZE = 12;

  @ParameterizedTest
  @CsvSource({
    "0, KEEP, 1", "0, PNG, 1", "0, JPEG, 1", "16, KEEP, 1",
    "0, KEEP, 3", "0, PNG, 3", "0, JPEG, 3", "16, PNG, 3"
  })
  void thePixelsAreThoseOfTheStoredImage(int shortSide, Encoding encoding, int channels)
      throws IOException {
    DatasetConfig stored = new DatasetConfig(null, 1, 1, 0.1, shortSide, encoding, 90, 0);
    byte[] grey = new byte[20 * 17];
    RandomGenerator.of("L64X128MixRandom").nextBytes(grey);
    byte[] png = Lake.encoded(Lake.picture(1, 20, 17, 3), "png");
    byte[] jpeg = Lake.encoded(Lake.picture(2, 20, 17, 3), "jpg");
    for (SourceRow row :
        List.of(
            new SourceRow("a.idx", 0, null, null, grey, 20, 17, null),
            new SourceRow("a.parquet", 0, null, null, png, 0, 0, null),
            new SourceRow("a.parquet", 1, null, null, jpeg, 0, 0, null))) {
      assertThat(seen(stored, channels, row))
          .as("row %d of %s", row.row(), row.file())
          .containsExactly(seenOfStored(stored, channels, row));
    }
  }

  private static CroppedImages images(int channels) {
    float[] mean = {0.3f, 0.4f, 0.5f};
    float[] deviation = {0.2f, 0.3f, 0.4f};
    return new CroppedImages(
        0.8,
        SIZE,
        SIZE,
        channels,
        Arrays.copyOf(mean, channels),
        Arrays.copyOf(deviation, channels));
  }

  private static float[] seen(DatasetConfig stored, int channels, SourceRow row) {
    FloatBuffer pixels = FloatBuffer.allocate(SIZE * SIZE * channels);
    PredictSpec spec =
        new PredictSpec(
            null, stored, images(channels), null, List.of(), 1, null, 1, null, null, null, null);
    try (EncodedImage image = new EncodedImage(spec)) {
      assertThat(image.write(row, pixels)).isEmpty();
    }
    return pixels.array();
  }

  private static float[] seenOfStored(DatasetConfig stored, int channels, SourceRow row) {
    FloatBuffer pixels = FloatBuffer.allocate(SIZE * SIZE * channels);
    try (ImageWork work = new ImageWork(stored);
        var pipeline = images(channels).pipeline()) {
      byte[] bytes = work.stored(row);
      pipeline.run(bytes, 0, bytes.length, null, pixels);
    }
    return pixels.array();
  }
}
