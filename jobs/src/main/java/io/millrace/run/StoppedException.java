package io.millrace.run;

import java.util.Optional;

/** Training ended before its last epoch because somebody asked for it. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final boolean resumable;

  StoppedException(Optional<String> checkpoint) {
    super(
        "Stopped on request: "
            + checkpoint
                .map(path -> "--resume auto goes on from " + path)
                .orElse("there is no checkpoint yet"));
    this.resumable = checkpoint.isPresent();
  }

  /** Whether there is a checkpoint to go on from. */
  public boolean resumable() {
    return resumable;
  }
}
