package io.millrace.run;

import io.millrace.config.RunConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A config resolved for where its run begins. Lives on the driver.
 *
 * @param stages of the run, one at least
 * @param network what the first of them trains
 * @param goesOn whether a checkpoint has its weights
 * @param started layers that the file of weights did not give, of a run of stages
 */
record BegunRun(
    List<TrainingSetup> stages,
    ComputationGraph network,
    boolean goesOn,
    Optional<StartedLayers> started) {
  /**
   * Resolves it; of a run that goes on, a checkpoint has what a file of init gave.
   *
   * @throws IllegalArgumentException for what does not go together
   * @throws IOException for data, network or weights that cannot be read
   */
  static BegunRun of(Start where, RunConfig config, Configuration hadoop) throws IOException {
    Optional<StartedLayers> begun = StartedLayers.of(where, config, hadoop);
    List<TrainingSetup> stages = StagedSetup.of(config, hadoop, begun);
    CanonicalNetwork first = stages.get(0).network();
    Optional<StartedLayers> started =
        config.stages().isEmpty()
            ? Optional.empty()
            : begun.isPresent() ? begun : StartedLayers.of(first, hadoop);
    return new BegunRun(
        stages,
        begun.isPresent() ? first.blank() : first.initialised(hadoop),
        begun.isPresent(),
        started);
  }
}
