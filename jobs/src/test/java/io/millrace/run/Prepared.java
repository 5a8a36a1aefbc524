package io.millrace.run;

import io.millrace.SharedSpark;
import io.millrace.config.RunConfig;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareListener;
import java.io.IOException;

/** The set that a config describes. */
final class Prepared {
  private Prepared() {}

  static void by(RunConfig config) throws IOException {
    PrepareJob.run(
        SharedSpark.session(),
        config.source(),
        config.dataset(),
        config.seed(),
        PrepareListener.NONE,
        () -> false);
  }
}
