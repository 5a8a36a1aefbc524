package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import java.util.Map;

/**
 * The shares that a run's epochs are cut into, which outlive its workers: who goes on with another
 * number of them sees the same global batches. Lives on the driver.
 *
 * @param count shares
 */
record Shares(int count) implements Remembered {
  private static final String NAME = "shuffle";
  private static final String COUNT = "shares";

  /** Those of a checkpoint; one of before there were shares had one for each worker. */
  static Shares of(Checkpoint checkpoint) {
    return new Shares(
        checkpoint
            .state()
            .memory(NAME)
            .map(memory -> (int) memory.figure(COUNT))
            .orElseGet(() -> workers(checkpoint)));
  }

  private static int workers(Checkpoint checkpoint) {
    RunConfig config = ConfigReader.resolved(checkpoint.config());
    return config.training().workers();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Memory save() {
    return Memory.of(Map.of(COUNT, (double) count));
  }

  @Override
  public void restore(Memory memory) {
    throw new UnsupportedOperationException("Cannot change the shares of a run");
  }
}
