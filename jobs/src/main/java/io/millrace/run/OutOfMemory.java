package io.millrace.run;

import io.millrace.state.Position;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a person is told to do when a stage needs more memory than there is. */
final class OutOfMemory {
  /** As JVMs and those who watch them say it; 52 is the exit code of Spark's executors. */
  private static final Pattern SAID =
      Pattern.compile("OutOfMemoryError|exited with code (52|137)\\b|OOMKilled");

  private OutOfMemory() {}

  /**
   * Says by which flags a run of stages goes on with a smaller batch, where memory is what failed
   * at the start of a stage.
   *
   * @param newest the newest checkpoint, if there is one
   * @throws IllegalStateException in one line if so
   */
  static void refuse(Throwable failure, List<TrainingSetup> stages, Optional<Position> newest) {
    boolean memory = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      memory |= SAID.matcher(String.valueOf(cause)).find();
    }
    if (!memory || stages.get(0).run().stages().isEmpty() || newest.isEmpty()) {
      return;
    }
    TrainingSetup stage = stages.get(StagedSetup.after(stages, newest.get().epoch()));
    boolean begins =
        newest.get().isBetweenEpochs() && newest.get().epoch() == stage.stage().firstEpoch();
    int batch = stage.config().training().batchPerWorker();
    if (begins && batch > 1) {
      throw new IllegalStateException(
          "Cannot go on in stage %s: out of memory (give it more, or go on with a smaller batch: --resume auto --set stages.%d.batchPerWorker=%d --accept batch)"
              .formatted(stage.stage().name(), stage.stage().index(), batch / 2),
          failure);
    }
  }
}
