package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.Resume;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.apache.hadoop.conf.Configuration;

/** Where training starts. */
public sealed interface Start {
  /** From the initial weights, in a folder that holds no run yet. */
  record Anew() implements Start {}

  /** From the initial weights, over whatever run the folder holds. */
  record Over() implements Start {}

  /**
   * From a checkpoint.
   *
   * @param from {@code auto} for the newest of the run, if there is one, or the path of one
   */
  record From(String from) implements Start {
    boolean isAuto() {
      return from.equals("auto");
    }
  }

  /**
   * The checkpoint to go on from; none means the initial weights.
   *
   * @throws IllegalArgumentException if a run would be lost, or the checkpoint belongs to another
   *     one
   * @throws IllegalStateException if there are checkpoints to resume from and none is whole
   */
  default Optional<Checkpoint> checkpoint(
      RunFolder folder,
      CheckpointStore store,
      Configuration hadoop,
      TrainingSetup setup,
      String config,
      Set<Accept> accepted,
      IntToLongFunction updatesAfter)
      throws IOException {
    if (this instanceof From resume) {
      return Resume.from(
          resume.from(),
          store,
          hadoop,
          setup.fingerprints(),
          config,
          new ResumeGuard(setup, accepted),
          updatesAfter);
    }
    if (this instanceof Anew && holdsRun(folder)) {
      throw new IllegalArgumentException(
          "Cannot train: %s holds a run already (--resume auto goes on with it, --overwrite starts"
                  .formatted(folder)
              + " over, --set name=... makes another)");
    }
    return Optional.empty();
  }

  /** A run is there if any of what it leaves is: a crash, or somebody, may have taken the rest. */
  private static boolean holdsRun(RunFolder folder) throws IOException {
    for (String file : List.of(RunFolder.METRICS, RunFolder.MANIFEST, RunFolder.MODEL)) {
      if (folder.size(file) >= 0) {
        return true;
      }
    }
    return !folder.list(RunFolder.CHECKPOINTS).isEmpty();
  }
}
