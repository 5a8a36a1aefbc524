package io.millrace.run;

import io.millrace.checkpoint.Best;
import io.millrace.evaluate.EvaluationConfig.Keep;
import io.millrace.state.RunState;
import java.io.IOException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which epoch's weights a run leaves in model.zip. Lives on the driver.
 *
 * @param weights the weights
 * @param words which they are, for people
 */
record ModelChoice(RunState weights, String words) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelChoice.class);

  /** Reads weights. */
  interface Reader {
    RunState read() throws IOException;
  }

  /**
   * Chooses.
   *
   * @param best the best epoch, null where none was validated
   * @param last the weights after the last epoch
   * @param ofBest reads those of the best
   */
  static ModelChoice of(Keep keep, Best best, RunState last, Reader ofBest) {
    int epochs = last.epoch();
    String theLast = "epoch %d, the last".formatted(epochs);
    if (keep == Keep.LAST) {
      return new ModelChoice(last, theLast);
    }
    if (best == null) {
      return new ModelChoice(last, theLast + ": none was validated");
    }
    String theBest =
        String.format(
            Locale.ROOT,
            "epoch %d, %s %.4f, the best of %d",
            best.epoch(),
            best.metric().words(),
            best.value(),
            epochs);
    if (best.epoch() == epochs) {
      return new ModelChoice(last, theBest);
    }
    try {
      return new ModelChoice(ofBest.read(), theBest);
    } catch (IOException e) {
      LOG.warn("model.zip is not that of the best epoch, {}: {}", best.epoch(), e.getMessage());
      return new ModelChoice(
          last, "%s; the best, %d, cannot be read".formatted(theLast, best.epoch()));
    }
  }
}
