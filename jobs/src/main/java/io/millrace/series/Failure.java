package io.millrace.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Secrets;
import io.millrace.store.RunFolder;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkException;

/**
 * Why a run of a series ended early, as a file in its folder.
 *
 * @param diverged whether a loss or a weight was no longer finite, which comes again with the same
 *     bits; all else may go well another time
 * @param message in one line
 */
record Failure(boolean diverged, String message) {
  static final String FILE = "failure.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  static Failure of(Throwable failure) {
    Throwable error = failure;
    while (error.getCause() != null && isWrapper(error)) {
      error = error.getCause();
    }
    String message = error.getMessage();
    return new Failure(
        error instanceof DivergedException,
        message == null || message.isBlank()
            ? error.getClass().getSimpleName()
            : Secrets.hidden(message.strip().lines().findFirst().orElseThrow()));
  }

  private static boolean isWrapper(Throwable error) {
    return error instanceof SparkException
        || error instanceof FSError
        || error instanceof UncheckedIOException
        || error.getCause() instanceof DivergedException;
  }

  /** What lies in a folder; one that cannot be read as such is none. */
  static Optional<Failure> in(RunFolder folder) throws IOException {
    Optional<String> text = folder.text(FILE);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(JSON.readValue(text.get(), Failure.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** How a run stands that ended so. */
  Standing standing(List<EpochMetrics> epochs) {
    return new Standing(
        diverged ? Standing.State.DIVERGED : Standing.State.FAILED, epochs, message);
  }

  void write(RunFolder folder) throws IOException {
    folder.write(FILE, JSON.writeValueAsString(this) + "\n");
  }
}
