package io.millrace.predict;

/** A prediction that was ended on request; the same command goes on with it. */
public final class PredictStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PredictStoppedException(String output, long done, long of) {
    super(
        "stopped: %,d of %,d images are in %s; the same command goes on"
            .formatted(done, of, output));
  }
}
