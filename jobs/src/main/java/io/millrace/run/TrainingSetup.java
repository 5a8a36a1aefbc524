package io.millrace.run;

import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.Sampling;
import io.millrace.epoch.EpochShape;
import io.millrace.epoch.RoundCut;
import io.millrace.evaluate.EvaluatedModel;
import io.millrace.evaluate.EvaluatedSplit;
import io.millrace.evaluate.Evaluation;
import io.millrace.metrics.RunManifest;
import io.millrace.metrics.TrainedSet;
import io.millrace.model.ClassOutput;
import io.millrace.model.ModelCard;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.NativePass;
import io.millrace.plan.TrainingPlan;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Objective;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.replica.TeacherSpec;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a config means on its data set: everything that {@code plan} prints and {@code train} uses,
 * resolved once. Lives on the driver.
 *
 * @param config the config
 * @param data the prepared data set
 * @param shape examples and updates of an epoch
 * @param rate the learning rate of every update
 * @param network the canonical network
 * @param input what the network is fed with
 * @param taken what the network takes of a file of weights, in words; empty without one
 * @param teacher the model that it learns from, if there is one
 * @param stage where it lies in its run, if that has several stages
 */
public record TrainingSetup(
    RunConfig config,
    PreparedDataset data,
    EpochShape shape,
    ResolvedRate rate,
    CanonicalNetwork network,
    RunInput input,
    List<String> taken,
    Optional<TeacherModel> teacher,
    RunStage stage) {

  /** Checks that the teacher sees images as the network does. */
  public TrainingSetup {
    teacher.ifPresent(each -> each.check(input.model()));
  }

  /**
   * Opens the data set and resolves the config on it; of one with stages the first of them.
   *
   * @throws IllegalArgumentException for a config that does not go with the data
   * @throws IOException for a data set or network file that cannot be read
   */
  public static TrainingSetup of(RunConfig config, Configuration hadoop) throws IOException {
    return StagedSetup.of(config, hadoop).get(0);
  }

  /**
   * The same of a config without stages.
   *
   * @param begun whether a checkpoint has the weights, and no file of init is read
   */
  static TrainingSetup single(RunConfig config, Configuration hadoop, boolean begun)
      throws IOException {
    PreparedDataset data = TrainingData.open(config, hadoop);
    var training = config.training();
    EpochShape shape =
        new EpochShape(
            data.rows(Split.TRAIN), training.workers(), training.batchPerWorker(), shares(config));
    ResolvedRate rate = RunRate.of(config, shape, data.rows(config.evaluation().split()));
    RunRate.checkTop5(config, rate, data.classes().size());
    CanonicalNetwork network =
        CanonicalNetwork.of(config, data.classes(), rate.course().peak(), hadoop);
    Optional<GivenWeights> given =
        begun ? Optional.empty() : GivenWeights.of(config, data.classes(), hadoop);
    RunInput input = RunInput.of(config, data, given);
    TrainingSetup setup =
        new TrainingSetup(
            config,
            data,
            shape,
            rate,
            network,
            input,
            given.map(network::taken).orElse(List.of()),
            TeacherModel.of(config.loss().distillation(), data, hadoop),
            RunStage.only(config));
    setup.objective().check(ClassOutput.of(network.configuration()));
    setup.accelerated(); // refuses a precision that the network cannot have
    return setup;
  }

  private static int shares(RunConfig config) {
    var training = config.training();
    return config.shuffle().shares() == null
        ? EpochShape.shares(training.workers(), training.batchPerWorker())
        : config.shuffle().shares();
  }

  /** The same whose epochs are cut into other shares. */
  TrainingSetup cut(int shares) {
    EpochShape other =
        new EpochShape(shape.rows(), shape.workers(), shape.batchPerWorker(), shares);
    return new TrainingSetup(config, data, other, rate, network, input, taken, teacher, stage);
  }

  /** The setup of a run that goes on from a checkpoint of this card. */
  TrainingSetup resumed(ModelCard checkpoint) {
    return new TrainingSetup(
        config, data, shape, rate, network, input.resumed(checkpoint), taken, teacher, stage);
  }

  /** The setup of a stage of a run. */
  TrainingSetup in(RunStage other) {
    return new TrainingSetup(
        config, data, shape, rate, network.in(other.tuning()), input, taken, teacher, other);
  }

  /** Whether a state is that in which this stage begins, and not one from within it. */
  boolean begins(RunState state) {
    return stage.index() > 0
        && state.position().isBetweenEpochs()
        && state.epoch() == stage.firstEpoch();
  }

  /** The config of the whole run. */
  public RunConfig run() {
    return stage.run();
  }

  /** The rate of an update, counted globally. */
  double rateAt(long update) {
    return rate.rate(Math.max(0, update - stage.tuning().origin()));
  }

  /** What will happen, for people. */
  public TrainingPlan plan() {
    boolean grey = data.manifest().images().channels() < config.input().channels();
    String words = input.words() + (grey ? "; grey images, the same in each channel" : "");
    TrainingPlan plan =
        TrainingPlan.of(
            config,
            data,
            shape,
            rate,
            network.configuration(),
            network.size(),
            words,
            taken,
            network.groups(),
            teacher
                .map(
                    each ->
                        each.need(
                            input.model(),
                            config.training().batchPerWorker(),
                            data.rows(Split.TRAIN)))
                .orElse(null));
    return StageFeatures.need(this).map(plan::keeping).orElse(plan);
  }

  /** Which layers run on which path, for people. */
  String layers() {
    return accelerated().summary();
  }

  private AcceleratedNetwork accelerated() {
    var training = config.training();
    return NativePass.network(network.configuration(), training.fastPath(), training.precision());
  }

  /**
   * The rounds of an epoch, counted from 0.
   *
   * @param known rates as they are known when it begins
   */
  RoundCut rounds(int epoch, LearningRate known) {
    long first = (long) (epoch - stage.firstEpoch()) * shape.updates();
    return RoundCut.of(
        config.averaging().every(),
        first,
        shape.updates(),
        rate,
        update -> known.rate(update + stage.tuning().origin()));
  }

  /** Rounds of an epoch that is only measured: short ones, of which a share is a share. */
  RoundCut measuringRounds() {
    return RoundCut.fixed(1, shape.updates());
  }

  /** What an update does to the weights. */
  public Recipe recipe() {
    return Recipe.of(config.optimizer(), rate).tuned(stage.tuning());
  }

  /** What is minimised. */
  private Objective objective() {
    return config
        .loss()
        .objective(data.classes(), data.manifest().splits().get(Split.TRAIN).rowsByClass());
  }

  /** What the training master needs to know. */
  public TrainerConfig trainer() {
    var training = config.training();
    return new TrainerConfig(
        training.workers(),
        training.batchPerWorker(),
        config.averaging(),
        config.seed(),
        training.fastPath(),
        Duration.ofSeconds(training.startTimeout()),
        objective(),
        null,
        training.precision(),
        Sampling.NONE,
        stage.features().orElse(null));
  }

  /** The teacher with its weights sent to the executors; null without one. To be closed. */
  public TeacherSpec teach(JavaSparkContext spark) {
    return teacher.map(each -> each.spec(spark)).orElse(null);
  }

  /** Which minibatches the workers are fed with. */
  public RunFeed feed() {
    return new RunFeed(this);
  }

  /** The training split as the epoch's metrics are checked against it. */
  TrainedSet trainedSet() {
    return TrainedSet.of(data);
  }

  /** In which portions it is evaluated. */
  Evaluation.How evaluation() {
    return evaluation(config);
  }

  /** In which portions a config evaluates. */
  public static Evaluation.How evaluation(RunConfig config) {
    return new Evaluation.How(
        config.evaluation().batch(),
        config.training().workers(),
        config.training().fastPath(),
        false, // what a run measures steers it
        config.faults());
  }

  /** The network as it is evaluated. */
  EvaluatedModel evaluated() {
    return new EvaluatedModel(network.configuration(), data.classes(), input.model());
  }

  /** What it is validated on. */
  EvaluatedSplit validated() {
    return new EvaluatedSplit(data, config.evaluation().split(), evaluated());
  }

  /** What the run's model is, but for how well it does. */
  ModelCard card() {
    Fingerprints prints = fingerprints();
    return ModelCard.of(
        new ModelCard.Run(config.name(), config.model().words(), prints.named()),
        data.classes(),
        input.model(),
        RunManifest.builtWith());
  }

  /** What a checkpoint of this run belongs to. */
  public Fingerprints fingerprints() {
    return stage.prints().orElseGet(() -> RunFingerprints.of(this));
  }
}
