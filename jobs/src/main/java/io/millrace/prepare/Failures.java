package io.millrace.prepare;

import java.io.IOException;
import org.apache.spark.SparkException;

/** Finds the one line that tells a user why a Spark job failed. */
final class Failures {
  private Failures() {}

  static IOException ofSpark(String what, Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause instanceof SparkException) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return new IOException(
        message.startsWith("Cannot ") ? message : "Cannot %s: %s".formatted(what, message),
        failure);
  }
}
