package io.millrace.run;

import io.millrace.checkpoint.FailedCheckpointException;
import io.millrace.cluster.SlotWatch;
import io.millrace.state.Position;
import io.millrace.store.Lease;
import io.millrace.training.DivergedException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a run before its last epoch, and why, where that is said better than by what was
 * thrown. Lives on the driver.
 *
 * @param failure what was thrown
 * @param reason what is said in its place
 * @param stages of the run
 * @param newest the newest checkpoint
 */
record EarlyEnd(
    Throwable failure,
    Optional<RuntimeException> reason,
    List<TrainingSetup> stages,
    Optional<Position> newest) {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyEnd.class);

  /**
   * Finds the reason.
   *
   * @param writer of the run's checkpoints, closed
   * @param lease on its folder
   * @param watch over the cluster's slots
   */
  static EarlyEnd of(
      Throwable failure,
      List<TrainingSetup> stages,
      CheckpointWriter writer,
      Lease lease,
      SlotWatch watch) {
    return new EarlyEnd(
        failure, reason(failure, stages, writer.written(), lease, watch), stages, writer.at());
  }

  private static Optional<RuntimeException> reason(
      Throwable failure,
      List<TrainingSetup> stages,
      Optional<String> checkpoint,
      Lease lease,
      SlotWatch watch) {
    if (failure instanceof FailedCheckpointException) {
      return Optional.of(
          new StoppedException(
              "Stopped, as checkpoints fail. " + failure.getMessage(), checkpoint));
    }
    if (watch.lost().isPresent() && !(failure instanceof StoppedException)) {
      return Optional.of(new StoppedException("Stopped, as " + watch.lost().get(), checkpoint));
    }
    if (failure instanceof DivergedException && checkpoint.isPresent()) {
      LOG.warn(
          "--resume auto --set learningRate.base=... --accept learningRate goes on from {} with a smaller rate",
          checkpoint.get());
    }
    return new Interruption(lease, stages.get(0).data()).of(failure, checkpoint);
  }

  /** Whether the run is to go on later. */
  boolean isStop() {
    return reason.<Throwable>map(each -> each).orElse(failure) instanceof StoppedException;
  }

  /** Throws what is said in the failure's place, if anything. */
  void refuse() {
    if (reason.isPresent()) {
      throw reason.get();
    }
    OutOfMemory.refuse(failure, stages, newest);
  }
}
