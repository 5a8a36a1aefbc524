package io.millrace.training;

import io.millrace.diagnostics.Readings;
import io.millrace.diagnostics.StepMeter;
import io.millrace.epoch.FeedReport;
import io.millrace.wire.Measures;
import java.io.Serializable;

/**
 * What one round did and what was measured in it.
 *
 * @param round round of the epoch, from 0
 * @param firstUpdate global number of its first update
 * @param updates updates of each worker
 * @param firstRate learning rate of the first update, for parameters of no group; NaN where the
 *     network's own updater makes it
 * @param lastRate of the last
 * @param feed the examples of all workers, and all that was measured; times of workers are sums
 *     over the workers, the others are the driver's
 */
public record RoundReport(
    int round, long firstUpdate, int updates, double firstRate, double lastRate, FeedReport feed)
    implements Serializable {
  /** The loss on the training targets, without L2: summed over the examples, and their number. */
  public static final String LOSS = "loss";

  /** Time in forward, backward and update. */
  public static final String COMPUTE = "compute";

  /** Time in encoding and decoding of weights on workers. */
  public static final String SERIALISE = "serialise";

  /** Time of whole tasks. */
  public static final String TASK = "task";

  /** The job's wall time less its longest task. */
  public static final String SCHEDULE = "schedule";

  /** Time in averaging. */
  public static final String AGGREGATE = "aggregate";

  /** Time in encoding and broadcasting of the master weights. */
  public static final String BROADCAST = "broadcast";

  /** Time of the whole round. */
  public static final String WALL = "wall";

  /**
   * Time in measuring for diagnostics: of the workers, or of the driver where it makes the update.
   */
  public static final String DIAGNOSTICS = StepMeter.NANOS;

  /** Bytes that a worker received, a round. */
  public static final String BYTES_DOWN = "bytes_down";

  /** Bytes that a worker with examples sent, a round. */
  public static final String BYTES_UP = "bytes_up";

  /** Updates of workers whose gradient was not finite under the loss scale, over all workers. */
  public static final String OVERFLOWS = "overflows";

  /** Examples of these. */
  public static final String OVERFLOWN = "overflown_examples";

  /** Updates that the master did not make for that reason. */
  public static final String SKIPPED = "skipped_updates";

  /** Updates that nobody made, as a roll-back left them out. */
  public static final String LEFT_OUT = "left_out_updates";

  /** Examples of these, over all workers. */
  public static final String LEFT_OUT_EXAMPLES = "left_out_examples";

  /** Roll-backs so far, of each round after the first. */
  public static final String ROLLBACKS = "rollbacks";

  /** The factor of the loss, of each round. */
  public static final String LOSS_SCALE = "loss_scale";

  /** What was measured; times in ns. */
  public Measures measures() {
    return feed.measures();
  }

  /** The same without what diagnostics read, which is much. */
  public RoundReport withoutReadings() {
    FeedReport rest =
        new FeedReport(
            feed.examples(), feed.idSumHigh(), feed.idSumLow(), Readings.without(measures()));
    return new RoundReport(round, firstUpdate, updates, firstRate, lastRate, rest);
  }

  /**
   * Mean loss on the training targets, without L2, of the examples whose loss is finite: in a
   * narrow format a loss may overflow. Not a number where none is.
   */
  public double loss() {
    return measures().value(LOSS);
  }
}
