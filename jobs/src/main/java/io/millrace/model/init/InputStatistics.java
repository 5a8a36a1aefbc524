package io.millrace.model.init;

import java.util.Arrays;
import java.util.Locale;

/** What pixels from 0 to 1 are normalised by where weights expect it: R, G, B. */
public enum InputStatistics {
  /** Of ImageNet's training images, as all weights of torchvision and most of timm expect. */
  IMAGENET(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f}),
  /** Pixels from -1 to 1, as TensorFlow's weights expect, and those of timm that come from it. */
  INCEPTION(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

  private final float[] mean;
  private final float[] deviation;

  InputStatistics(float[] mean, float[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** The name in a config. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * One mean a channel.
   *
   * @throws IllegalArgumentException for grey images, where the channels differ
   */
  public float[] mean(int channels) {
    return of(mean, channels);
  }

  /** One deviation a channel, likewise. */
  public float[] deviation(int channels) {
    return of(deviation, channels);
  }

  private float[] of(float[] values, int channels) {
    if (channels > values.length || channels < values.length && this == IMAGENET) {
      throw new IllegalArgumentException(
          "Invalid init.normalization: %s (must be left out, or input.channels be 3, which repeats grey images in each channel)"
              .formatted(word()));
    }
    return Arrays.copyOf(values, channels);
  }
}
