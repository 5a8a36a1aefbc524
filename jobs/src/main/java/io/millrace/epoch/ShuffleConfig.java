package io.millrace.epoch;

import io.millrace.settings.Key;

/** Order of the examples in an epoch. */
public record ShuffleConfig(
    @Key(
            doc =
                "windowed permutes blocks and rows in windows; exact does a full Spark shuffle each epoch.",
            value = "windowed")
        Order order,
    @Key(doc = "Blocks of a window.", value = "16", min = 1) int window) {
  /** Kinds of order. */
  public enum Order {
    WINDOWED,
    EXACT
  }
}
