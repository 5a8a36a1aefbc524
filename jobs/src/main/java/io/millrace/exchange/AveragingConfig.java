package io.millrace.exchange;

import io.millrace.settings.Key;
import java.io.Serializable;

/** How the workers are averaged. */
public record AveragingConfig(
    @Key(doc = "Updates of each worker between two averagings.", value = "1") Every every,
    @Key(
            doc = "What becomes of the optimiser state; local-reset zeroes it each round.",
            value = "average")
        State state,
    @Key(doc = "What a worker sends up: fp32 weights, or bf16 of their difference.", value = "fp32")
        Exchange exchange,
    @Key(doc = "Where the average is made; auto by the bytes of a round.", value = "auto")
        Reduce reduce)
    implements Serializable {
  /** Checks that what is to be averaged is sent. */
  public AveragingConfig {
    if (exchange == Exchange.BF16 && state == State.AVERAGE) {
      throw new IllegalArgumentException(
          "Invalid state: average (must be local-reset where exchange is bf16, which sends no"
              + " optimiser state)");
    }
  }

  /** What becomes of the optimiser state. */
  public enum State {
    AVERAGE,
    LOCAL_RESET
  }

  /** What a worker sends up. */
  public enum Exchange {
    FP32,
    BF16
  }

  /** Where the average is made. */
  public enum Reduce {
    AUTO,
    DRIVER,
    EXECUTORS;

    /** Up to this many bytes of results a round, {@code auto} averages on the driver. */
    private static final long DRIVER_BYTES = 1L << 30;

    /** Whether executors average, where a round has this many bytes of results. */
    public boolean onExecutors(long resultBytes) {
      return this == EXECUTORS || this == AUTO && resultBytes > DRIVER_BYTES;
    }
  }
}
