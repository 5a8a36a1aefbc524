package io.millrace.run;

import io.millrace.backend.Compute;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.model.layers.NativeMemory;
import io.millrace.state.RunState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the stages of a run, one after the other. Lives on the driver. */
final class StagedTraining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedTraining.class);

  private final List<TrainingSetup> stages;
  private ComputationGraph network;

  /**
   * Of a run that begins or goes on.
   *
   * @param network what its first stage trains; closed with this
   */
  StagedTraining(List<TrainingSetup> stages, ComputationGraph network) {
    this.stages = stages;
    this.network = network;
  }

  /** Epochs that a checkpoint has done. */
  static int done(Optional<Checkpoint> start) {
    return start.map(checkpoint -> checkpoint.state().epoch()).orElse(0);
  }

  /** Trains what is left, to the end of the last stage or an earlier one that the run asks for. */
  void train(Optional<Checkpoint> start, RunParts run) throws IOException {
    int done = done(start);
    run.listeners().runStarted(done);
    Optional<RunState> state = start.map(Checkpoint::state);
    Compute before = start.map(Checkpoint::compute).orElse(null);
    for (int index = StagedSetup.after(stages, done);
        index < stages.size() && !run.memory().isOver();
        index++) {
      TrainingSetup stage = stages.get(index);
      TrainingSetup earlier = stages.get(Math.max(0, index - 1));
      Optional<RunState> from =
          state.map(each -> stage.begins(each) ? StageChange.of(each, earlier, stage) : each);
      if (index > 0) {
        LOG.info("stage          {}", stage.stage().title());
        NativeMemory.freeUnrun(network);
        network = stage.network().blank();
      }
      state = Optional.of(StageTraining.train(run, stage, network, from, state, before));
      before = run.memory().compute();
    }
    run.listeners().runEnded();
  }

  @Override
  public void close() {
    NativeMemory.freeUnrun(network);
  }
}
