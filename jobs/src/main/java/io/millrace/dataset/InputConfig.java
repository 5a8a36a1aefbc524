package io.millrace.dataset;

import io.millrace.settings.Key;

/** Shape of the network input. */
public record InputConfig(
    @Key(doc = "Height in pixels.", value = "224", min = 1) int height,
    @Key(doc = "Width in pixels.", value = "224", min = 1) int width,
    @Key(doc = "1 for grey, 3 for colour.", value = "3", rule = "1 or 3") int channels,
    @Key(
            doc =
                "Subtract the mean and divide by the deviation of the pictures of train, by channel.",
            value = "true")
        boolean normalize) {
  /** Checks the channels. */
  public InputConfig {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "Invalid channels: %d (must be 1 or 3)".formatted(channels));
    }
  }
}
