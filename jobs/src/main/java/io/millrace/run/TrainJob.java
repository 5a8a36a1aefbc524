package io.millrace.run;

import io.millrace.config.RunConfig;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Trains as a config says and leaves the run's folder. Runs on the driver. */
public final class TrainJob {
  private TrainJob() {}

  /**
   * Trains.
   *
   * @param resume {@code auto} for the newest checkpoint of the run if there is one, the path of a
   *     checkpoint, or empty to start anew
   */
  public static void run(SparkSession spark, RunConfig config, Optional<String> resume) {
    throw new IllegalStateException("Cannot train: under construction");
  }
}
