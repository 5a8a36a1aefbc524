package io.millrace.sink;

import io.millrace.settings.OneOf;
import java.io.IOException;
import java.util.Map;

/** Where figures of a run go: a record whose components are its keys in a config. */
@OneOf({TensorBoard.class, Mlflow.class, Prometheus.class, JsonLog.class})
public interface Sink {
  /**
   * Refuses what cannot work, before Spark starts.
   *
   * @param environment variables of this process
   * @throws IllegalArgumentException naming the key
   */
  default void check(Map<String, String> environment) {}

  /**
   * What Spark has to be told for it, where the user says nothing else. Values of {@code
   * spark.plugins} are added to those that are there.
   */
  default Map<String, String> sparkSettings() {
    return Map.of();
  }

  /** Opens it for one run. What it throws later does not end the run. */
  OpenSink open(SinkRun run) throws IOException;
}
