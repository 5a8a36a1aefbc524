package io.millrace.run;

import io.millrace.backend.Compute;
import io.millrace.epoch.FeedSpec;
import io.millrace.epoch.RoundCut;
import io.millrace.epoch.TrainingFeed;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.features.FeatureCache;
import io.millrace.metrics.EndedEpoch;
import io.millrace.metrics.EpochMetrics;
import io.millrace.replica.TeacherSpec;
import io.millrace.settings.Counts;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.RoundReport;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stage of a run, epoch after epoch; what the last one leaves is the run's model. Lives on the
 * driver.
 */
final class StageTraining {
  private static final Logger LOG = LoggerFactory.getLogger(StageTraining.class);

  private final RunParts run;
  private final TrainingSetup setup;
  private final ComputationGraph network;
  private final Optional<RunState> start;
  private final TrainingFeed feed;
  private final FeatureCache features;
  private final AveragingTrainingMaster master;
  private final Validation validation;
  private final SparkComputationGraph net;

  private StageTraining(
      RunParts run,
      TrainingSetup setup,
      ComputationGraph network,
      Optional<RunState> start,
      TrainingFeed feed,
      FeatureCache features,
      AveragingTrainingMaster master,
      Validation validation) {
    this.run = run;
    this.setup = setup;
    this.network = network;
    this.start = start;
    this.feed = feed;
    this.features = features;
    this.master = master;
    this.validation = validation;
    this.net = new SparkComputationGraph(run.spark(), network, master);
    master.listen(run.listeners()).giveUp(run.config().faults());
  }

  /**
   * Trains to the end of a stage.
   *
   * @param network what it trains; its weights are replaced where there is a state
   * @param start where it begins or goes on; nothing for initial weights
   * @param ended the state in which the stage before, or the run before, has ended
   * @param before what computed that; null where nothing did
   * @return the state at its end
   */
  static RunState train(
      RunParts run,
      TrainingSetup setup,
      ComputationGraph network,
      Optional<RunState> start,
      Optional<RunState> ended,
      Compute before)
      throws IOException {
    try (FeatureCache features =
            StageFeatures.cache(run.spark(), setup, () -> weights(start, network));
        TrainingFeed feed = feed(run, setup.feed()::of, features);
        TeacherSpec teacher = setup.teach(run.spark());
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(
                setup.trainer().taughtBy(teacher).diagnosed(RunDiagnostics.sampling(setup)),
                setup.recipe().after(run.memory().setbacks()));
        Validation validation = Validation.of(run.spark(), setup, () -> weights(start, network))) {
      return new StageTraining(run, setup, network, start, feed, features, master, validation)
          .train(ended, before);
    }
  }

  private static WeightVector weights(Optional<RunState> start, ComputationGraph network) {
    return start
        .map(RunState::parameters)
        .orElseGet(
            () -> {
              long length = network.numParams();
              var flat = new FlatArrays(List.of(network.params().reshape(length)));
              return new WeightVector(flat.slices(), 0, length);
            });
  }

  private RunState train(Optional<RunState> ended, Compute before) throws IOException {
    start.ifPresent(state -> begin(state, before));
    run.memory().of(master, ended.orElse(null));
    int first = start.map(RunState::epoch).orElse(0);
    int epoch = first;
    if (features != null && first < setup.stage().lastEpoch()) {
      run.during(
          () -> {
            features.fill(run.config().training().workers());
            return null;
          });
    }
    for (; epoch < setup.stage().lastEpoch() && !run.memory().isOver(); epoch++) {
      trainEpoch(epoch);
    }
    boolean trained = first < epoch;
    RunState last = trained ? run.memory().now() : start.orElseThrow();
    if (setup.stage().isLast() || run.memory().isOver()) {
      endRun(last, epoch, trained);
    }
    return last;
  }

  private void begin(RunState state, Compute before) {
    if (setup.begins(state)) {
      master.begin(state);
    } else {
      master.resume(state);
    }
    master.expect(before, run.accepted().contains(Accept.COMPUTE));
  }

  private void trainEpoch(int epoch) throws IOException {
    Tally earlier = RunMemory.before(epoch, start);
    run.listeners().epochStarted(epoch + 1, earlier);
    long began = System.nanoTime();
    RoundCut cut = setup.rounds(epoch, master.rate(net));
    run.memory().begins(epoch, cut.updates());
    JavaRDD<DataSet> data = feed.epoch(epoch, cut);
    run.during(() -> net.fit(data));
    long nanos = (long) earlier.measures().sum(RoundReport.WALL);
    Duration wall = Duration.ofNanos(System.nanoTime() - began + nanos);
    var validated = run.during(() -> validation.run(master.parameters()));
    boolean last = epoch == run.config().training().epochs() - 1;
    var shadowed = run.during(() -> shadows(epoch, last));
    EpochMetrics metrics =
        EpochMetrics.of(
                epoch + 1,
                run.memory().tally().now(),
                setup.trainedSet(),
                wall,
                Instant.now(),
                validated,
                shadowed)
            .in(setup.stage().number());
    if (metrics.figure("measures." + RoundReport.SKIPPED) >= cut.updates()) {
      LOG.warn(
          "epoch {} trained nothing: all of its {} overflowed in {} and were skipped; lower"
              + " initialScale of training.precision",
          epoch + 1,
          Counts.of(cut.updates(), "update"),
          setup.config().training().precision().word());
    }
    master.epochEnded(metrics.steering()); // what it learns of them belongs to the checkpoint
    run.memory().ended(epoch + 1, metrics.steering());
    run.lease().check();
    run.listeners()
        .epochEnded(new EndedEpoch(metrics, run.memory().now(), run.memory().compute(), validated));
  }

  /** Chooses the model and writes it, measured. */
  private void endRun(RunState last, int epoch, boolean trained) throws IOException {
    int epochs = run.config().training().epochs();
    CheckpointWriter writer = run.writer();
    if (epoch < epochs) {
      LOG.info("{}; {} of {} epochs are trained", run.memory().why(), epoch, epochs);
      writer.save();
    }
    writer.close();
    ModelChoice model =
        ModelChoice.of(run.config().evaluation().keep(), writer.best(), last, writer::ofBest);
    if (!trained || model.weights().epoch() < last.epoch()) {
      run.output().validated(validation.run(model.weights().parameters()));
    }
    if (!trained || epoch < epochs) {
      shadows(epoch - 1, true);
    }
    run.lease().check();
    run.output().model(model, network);
    run.output().shadowModels(last, network);
  }

  /**
   * The means of weights after an epoch, counted from 0, and how well they do; not made where
   * nobody looks at them, as there is nothing to validate on and they are not the last.
   */
  private Map<String, EvaluationReport> shadows(int epoch, boolean last) {
    var shadows = setup.config().averaging().shadows();
    if (shadows.isEmpty() || !last && !validation.isThere()) {
      return Map.of();
    }
    boolean measures = shadows.stream().anyMatch(each -> each.recalibrate() > 0);
    try (TrainingFeed plain = measures ? feed(run, setup.feed()::plain, features) : null) {
      Map<String, WeightVector> weights =
          master.shadows(net, () -> plain.epoch(epoch, setup.measuringRounds()));
      Map<String, EvaluationReport> reports = validation.run(weights);
      run.output().shadows(weights, reports);
      return reports;
    }
  }

  private static TrainingFeed feed(
      RunParts run, Function<String, FeedSpec> named, FeatureCache features) {
    FeedSpec images = named.apply(UUID.randomUUID().toString());
    FeedSpec spec = features == null ? images : features.feed(images);
    return new TrainingFeed(run.spark(), spec, run.config().shuffle().order());
  }
}
