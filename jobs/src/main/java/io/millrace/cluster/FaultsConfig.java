package io.millrace.cluster;

import io.millrace.settings.Key;
import java.io.Serializable;

/**
 * What a run lives through before it gives up.
 *
 * @param timeFactor of the median task, for the longest that is waited for; 0 for no end
 * @param timeFloor least of that, in s
 * @param failures failed tasks and lost executors in an epoch
 */
public record FaultsConfig(
    @Key(
            doc =
                "How many times the median of those before it a task, or a block of an evaluation, may take until it is given up and tried again elsewhere; 0 waits for ever.",
            value = "20",
            min = 0)
        double timeFactor,
    @Key(doc = "Seconds that a task may take whatever the median.", value = "300", min = 0)
        double timeFloor,
    @Key(
            doc =
                "Failed tasks and lost executors that an epoch lives through; more end the run, to be resumed.",
            value = "100",
            min = 1)
        int failures)
    implements Serializable {
  /** The defaults. */
  public static final FaultsConfig DEFAULT = new FaultsConfig(20, 300, 100);
}
