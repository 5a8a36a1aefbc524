package io.millrace.prepare;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkException;

/** Finds the one line that tells a user why a prepare failed. */
final class Failures {
  private Failures() {}

  /**
   * The failure as its user shall see it.
   *
   * @throws IllegalArgumentException where the input is at fault
   */
  static IOException inOneLine(String what, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && wraps(cause)) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    String line =
        message.startsWith("Cannot ") || message.startsWith("Invalid ")
            ? message
            : "Cannot %s: %s".formatted(what, message);
    if (cause instanceof IllegalArgumentException) {
      throw new IllegalArgumentException(line, failure);
    }
    return new IOException(line, failure);
  }

  /** Whether the cause says it better; an exception of ours says more than what it wraps. */
  private static boolean wraps(Throwable error) {
    return error instanceof SparkException
        || error instanceof FSError
        || error instanceof UncheckedIOException && !ours(error);
  }

  private static boolean ours(Throwable error) {
    return error.getMessage() != null && error.getMessage().startsWith("Cannot ");
  }
}
