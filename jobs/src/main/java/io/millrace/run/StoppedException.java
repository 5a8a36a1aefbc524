package io.millrace.run;

import io.millrace.store.WaitStoppedException;
import java.util.Optional;

/** Training ended before its last epoch: somebody asked for it, or the cluster is gone. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final boolean resumable;

  StoppedException(Optional<String> checkpoint) {
    this("Stopped on request", checkpoint);
  }

  /** The end for another reason than a request, with the last checkpoint to go on from. */
  StoppedException(String why, Optional<String> checkpoint) {
    super(
        why
            + ": "
            + checkpoint
                .map(path -> "--resume auto goes on from " + path)
                .orElse("there is no checkpoint yet"));
    this.resumable = checkpoint.isPresent();
  }

  /** The end before the run began, which is as it was. */
  public StoppedException(WaitStoppedException early) {
    super(early.getMessage(), early);
    this.resumable = true;
  }

  private StoppedException(String message) {
    super(message);
    this.resumable = true;
  }

  /** The end while the cluster had too few slots: the run is as it was. */
  public static StoppedException waitingForSlots() {
    return new StoppedException("Stopped on request while waiting for slots: nothing was begun");
  }

  /** Whether the same command, with a checkpoint where there is one, goes on. */
  public boolean resumable() {
    return resumable;
  }
}
