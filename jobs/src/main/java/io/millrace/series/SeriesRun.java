package io.millrace.series;

import io.millrace.config.RunConfig;
import java.util.Optional;

/**
 * One run of a series.
 *
 * @param change the row that it belongs to
 * @param seed its seed
 * @param config its config
 * @param alone the same without models that other runs of the series make first; the same where
 *     there are none
 * @param needs the run that makes such a model
 */
record SeriesRun(
    String change, long seed, RunConfig config, RunConfig alone, Optional<String> needs) {
  /** Name of its folder. */
  String name() {
    return config.name();
  }
}
