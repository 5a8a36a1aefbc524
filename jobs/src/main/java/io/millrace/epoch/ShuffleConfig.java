package io.millrace.epoch;

import io.millrace.settings.Key;

/** Order of the examples in an epoch. */
public record ShuffleConfig(
    @Key(
            doc =
                "windowed permutes blocks and rows in windows; exact does a full Spark shuffle each epoch.",
            value = "windowed")
        Order order,
    @Key(doc = "Blocks of a window of a share.", value = "16", min = 1) int window,
    @Key(
            doc =
                "Shares of an epoch's sequence: a multiple of the workers that divides the global"
                    + " batch; workers that divide them see the same global batches. null for"
                    + " lcm(workers, gcd(global batch, 24)) where that divides it, else the"
                    + " workers.",
            value = "null",
            min = 1)
        Integer shares) {
  /** Kinds of order. */
  public enum Order {
    WINDOWED,
    EXACT
  }
}
