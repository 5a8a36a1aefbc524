package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.recipe.Divergence;
import io.millrace.recipe.Setbacks;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run that diverged goes on from, and with what it remembers of that: as if it had been
 * stopped, changed and resumed by hand. Lives on the driver.
 */
final class RollBack {
  private static final Logger LOG = LoggerFactory.getLogger(RollBack.class);

  private final Divergence divergence;
  private final int everyEpochs;
  private final CheckpointStore checkpoints;
  private Setbacks setbacks;
  private long began;

  /**
   * The roll-backs of a run.
   *
   * @param checkpoints of the run
   */
  RollBack(RunConfig config, CheckpointStore checkpoints) {
    this.divergence = config.divergence();
    this.everyEpochs = config.checkpoint().everyEpochs();
    this.checkpoints = divergence.rollsBack() ? checkpoints.keeping(this::isDue) : checkpoints;
  }

  /** The checkpoints of the run, which keep the one that it would go back to. */
  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /** Goes on with what a checkpoint remembers, unless it has gone back since that was made. */
  Setbacks since(Optional<Checkpoint> start) {
    if (setbacks == null) {
      setbacks =
          start
              .flatMap(each -> each.state().memory(Setbacks.NAME))
              .map(Setbacks::of)
              .orElse(Setbacks.NONE);
      began = start.map(each -> each.state().update()).orElse(0L);
    }
    return setbacks;
  }

  /** Whether another one is allowed. */
  boolean isAllowed() {
    return divergence.rollsBack() && setbacks.count() < divergence.limit();
  }

  /**
   * Goes back.
   *
   * @param where where the run began
   * @return where it goes on from
   * @throws DivergedException if it may not
   */
  Start back(Start where, DivergedException lost) throws IOException {
    if (!isAllowed()) {
      throw divergence.rollsBack() ? lost.after(setbacks.count()) : lost;
    }
    Optional<Checkpoint> last = checkpoints.latest(this::isDue);
    boolean given = where instanceof Start.From from && !from.isAuto();
    long update = last.map(each -> each.state().update()).orElse(given ? began : 0);
    setbacks = setbacks.and(lost.update(), update, divergence);
    LOG.warn(
        "Rolled back to {} ({} of {}), as {} is not finite: {}",
        last.map(each -> each.state().position().words()).orElse("the start"),
        setbacks.count(),
        divergence.limit(),
        lost.lost(),
        setbacks.changes());
    return last.<Start>map(each -> new Start.From(checkpoints.path(each.state().position())))
        .orElse(given ? where : new Start.Over());
  }

  private boolean isDue(int epoch) {
    return epoch % everyEpochs == 0;
  }
}
