package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.Fingerprints;
import io.millrace.checkpoint.Resume;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.Optional;
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
  record From(String from) implements Start {}

  /**
   * The checkpoint to go on from; none means the initial weights.
   *
   * @throws IllegalArgumentException if a run would be lost, or the checkpoint belongs to another
   *     one
   */
  default Optional<Checkpoint> checkpoint(
      RunFolder folder,
      CheckpointStore store,
      Configuration hadoop,
      Fingerprints fingerprints,
      String config)
      throws IOException {
    if (this instanceof From resume) {
      return Resume.from(resume.from(), store, hadoop, fingerprints, config);
    }
    if (this instanceof Anew && folder.size(RunFolder.METRICS) >= 0) {
      throw new IllegalArgumentException(
          "Cannot train: %s holds a run already (--resume auto goes on with it, --overwrite starts"
                  .formatted(folder)
              + " over, --set name=... makes another)");
    }
    return Optional.empty();
  }
}
