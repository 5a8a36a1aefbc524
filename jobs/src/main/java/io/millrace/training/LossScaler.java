package io.millrace.training;

import io.millrace.precision.LossScale;
import io.millrace.precision.Precision;
import io.millrace.recipe.RoundOrder;
import io.millrace.settings.Counts;
import io.millrace.state.Remembered;
import io.millrace.wire.Measures;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a {@link LossScale} follow the rounds, if the precision has one. Lives on the driver. */
final class LossScaler {
  private static final Logger LOG = LoggerFactory.getLogger(LossScaler.class);

  private final String precision;
  private final LossScale scale;

  LossScaler(Precision precision) {
    this.precision = precision.word();
    this.scale = precision.scaling().orElse(null);
  }

  /** The scale, if there is one. */
  Optional<Remembered> remembered() {
    return Optional.ofNullable(scale);
  }

  /** The factor of the loss in the next round. */
  double factor() {
    return scale == null ? 1 : scale.scale();
  }

  /** Updates that the optimiser's state has not seen, of those done. */
  long skippedUpdates() {
    return scale == null ? 0 : scale.skipped();
  }

  /**
   * Follows a round, and measures the scale.
   *
   * @throws DivergedException when it has fallen so far that it is not what overflows
   */
  void roundEnded(RoundOrder order, List<WorkerResult> results, int updates, Measures measures) {
    if (scale == null) {
      return;
    }
    double before = scale.scale();
    long overflows = results.stream().filter(result -> result.overflows() > 0).count();
    int leftOut = order.leftOut().size();
    int accepted =
        WorkerResult.used(results).stream().mapToInt(WorkerResult::accepted).max().orElse(leftOut)
            - leftOut;
    int skipped = updates - leftOut - accepted;
    scale.roundEnded(updates - leftOut, accepted, overflows > 0);
    measures.add(RoundReport.LOSS_SCALE, before, 1).add(RoundReport.SKIPPED, skipped);
    if (overflows > 0) {
      LOG.info(
          "Overflow in {} on {}: {} skipped, the loss scale falls from {} to {}",
          precision,
          Counts.of(overflows, "worker"),
          Counts.of(skipped, "update"),
          before,
          scale.scale());
    }
    if (scale.isLost()) {
      throw DivergedException.of(
          "a gradient under a loss scale of %s".formatted(before),
          order.firstUpdate() + updates - 1);
    }
  }
}
