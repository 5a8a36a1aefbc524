package io.millrace.run;

import io.millrace.cluster.FailureWatch;
import io.millrace.cluster.SlotWatch;
import io.millrace.config.RunConfig;
import io.millrace.metrics.RunListener;
import io.millrace.store.Lease;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What the stages of a run share while it trains. Lives on the driver.
 *
 * @param config of the whole run
 * @param accepted what may differ from the run that made the checkpoint
 * @param output the run's folder but for checkpoints
 * @param listeners all that follow the run
 * @param memory what the next checkpoint holds
 * @param writer of checkpoints
 * @param lease on the run's folder
 * @param grace how long a round has when somebody asks for the end
 * @param watch over the cluster's slots
 * @param failures over what fails there
 */
record RunParts(
    JavaSparkContext spark,
    RunConfig config,
    Set<Accept> accepted,
    RunOutput output,
    RunListener listeners,
    RunMemory memory,
    CheckpointWriter writer,
    Lease lease,
    Grace grace,
    SlotWatch watch,
    FailureWatch failures) {

  private Optional<String> lost(Exception failure) {
    return watch.lost().or(failures::lost).or(() -> FailureWatch.why(failure));
  }

  /** Does work on the cluster that ends with it, or with the grace of a stop. */
  <T> T during(Supplier<T> work) {
    return grace.during(work, this::lost, writer::save);
  }
}
