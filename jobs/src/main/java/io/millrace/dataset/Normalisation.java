package io.millrace.dataset;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What pixels on the scale 0 to 1 are normalised by: {@code (pixel - mean) / deviation}.
 *
 * @param mean one value a channel of the network's input
 * @param deviation one value a channel of the network's input
 */
public record Normalisation(float[] mean, float[] deviation) {

  /** By a set's own statistics; a grey set has one value, which stands for all channels. */
  public static Normalisation by(DatasetManifest.StoredImages images, int channels) {
    return new Normalisation(floats(images.mean(), channels), floats(images.deviation(), channels));
  }

  /** Pixels as they are. */
  public static Normalisation none(int channels) {
    float[] deviation = new float[channels];
    Arrays.fill(deviation, 1);
    return new Normalisation(new float[channels], deviation);
  }

  private static float[] floats(List<Double> stored, int channels) {
    List<Double> values =
        stored.size() == 1 ? Collections.nCopies(channels, stored.get(0)) : stored;
    float[] floats = new float[channels];
    for (int c = 0; c < channels; c++) {
      floats[c] = values.get(c).floatValue();
    }
    return floats;
  }
}
