package io.millrace.run;

import io.millrace.dataset.PreparedDataset;
import io.millrace.store.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;

/**
 * Why a run that has begun cannot go on, where that does not lie in training itself: its folder or
 * its data were taken away, or cannot be written or read. Said in one line, with how to go on.
 * Lives on the driver.
 *
 * @param lease of the run's folder
 * @param data what it trains on
 */
record Interruption(Lease lease, PreparedDataset data) {
  /**
   * The failure in these words; empty for one of another kind.
   *
   * @param checkpoint path of the checkpoint to go on from
   */
  Optional<RuntimeException> of(Throwable failure, Optional<String> checkpoint) {
    if (failure instanceof StoppedException) {
      return Optional.empty();
    }
    String goOn =
        checkpoint
            .map(path -> "--resume auto goes on from " + path)
            .orElse("there is no checkpoint yet: train again");
    try {
      lease.check();
    } catch (IllegalStateException gone) {
      return because(gone.getMessage(), failure);
    }
    Optional<String> lost = lost();
    if (lost.isPresent()) {
      return because(
          "Cannot go on: of the prepared data set %s %s (it was removed or replaced while it was read; with the same set in place, %s)"
              .formatted(data.root(), lost.get(), goOn),
          failure);
    }
    return failure instanceof IOException
            || failure instanceof UncheckedIOException
            || failure instanceof FSError
        ? because("%s (%s)".formatted(words(failure), goOn), failure)
        : Optional.empty();
  }

  private Optional<String> lost() {
    try {
      return data.lost();
    } catch (IOException e) {
      return Optional.empty(); // then it is not that it was removed
    }
  }

  private static Optional<RuntimeException> because(String line, Throwable failure) {
    return Optional.of(new IllegalStateException(line, failure));
  }

  private static String words(Throwable failure) {
    Throwable error = failure;
    while (!(error instanceof IOException) && error.getCause() != null) {
      error = error.getCause();
    }
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }
}
