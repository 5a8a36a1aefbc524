package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.FaultsConfig;
import io.millrace.epoch.RoundCut;
import io.millrace.epoch.RoundRdd;
import io.millrace.exchange.Every;
import io.millrace.foreign.ForeignDataException;
import io.millrace.foreign.ForeignRounds;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains by exact parameter averaging: {@code new SparkComputationGraph(sc, net, master).fit(rdd)}.
 * After each round of {@code every} updates the weights and optimiser states of the workers are
 * averaged, weighted by the examples they used; with one update a round and an optimiser that is
 * linear in the gradient, such as SGD and momentum, that is the update of one process on the global
 * batch.
 *
 * <p>One call of {@code fit} is one epoch. An RDD that is a {@link RoundRdd} says itself who trains
 * on what; any other is cut in its own order, without dropping an example. Lives on the driver;
 * {@link #close} lets the replicas go.
 */
public final class AveragingTrainingMaster implements FitOnly, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AveragingTrainingMaster.class);

  private final TrainerConfig settings;
  private final Recipe recipe;
  private final List<RoundListener> roundListeners = new ArrayList<>();
  private final List<TrainingListener> trainingListeners = new ArrayList<>();
  private FaultsConfig faults = FaultsConfig.DEFAULT;
  private boolean weighted = true;
  private MasterState state;
  private RunState resumed;
  private boolean begins;
  private Compute earlier;
  private boolean otherIsFine;

  /** A master under which the net's own updater makes the updates. */
  public AveragingTrainingMaster(TrainerConfig settings) {
    this(settings, null);
  }

  /**
   * A master under which {@code recipe} makes the updates, in the place of the net's updater. A
   * network whose configuration carries other training rules, such as L2 or clipping, is refused.
   */
  public AveragingTrainingMaster(TrainerConfig settings, Recipe recipe) {
    this.settings = settings;
    this.recipe = recipe;
  }

  /** Adds a listener for finished rounds. */
  public AveragingTrainingMaster listen(RoundListener listener) {
    roundListeners.add(listener);
    return this;
  }

  /** Gives up tasks that take longer than these say, from the next network on. */
  public AveragingTrainingMaster giveUp(FaultsConfig limits) {
    faults = limits;
    return this;
  }

  /** Makes every worker count the same, which is wrong: {@code verify} shows that it is seen. */
  public AveragingTrainingMaster unweighted() {
    weighted = false;
    return this;
  }

  /**
   * Holds the workers to what an earlier stretch of the run was computed with: others would give
   * other bits.
   *
   * @param accepted whether that is only said, and not refused
   */
  public void expect(Compute computedBefore, boolean accepted) {
    earlier = computedBefore;
    otherIsFine = accepted;
  }

  /**
   * Lets the next {@code fit} go on from all that was remembered. Where that is within an epoch, it
   * has to be given the whole of that epoch, and trains what is left of it.
   */
  public void resume(RunState run) {
    resumed = run;
    begins = false;
  }

  /** The same where a stage of a run begins: who has nothing to go on from starts anew. */
  public void begin(RunState run) {
    resumed = run;
    begins = true;
  }

  /**
   * The master weights after the last round, with the number of updates that made them and all else
   * that is remembered; after a {@code fit} that failed those of its last whole round.
   *
   * @throws IllegalStateException before the first
   */
  public RunState state() {
    return trained().state();
  }

  /** Whether there are weights that it has trained, or was given to go on from and has taken. */
  public boolean hasTrained() {
    return state != null;
  }

  /** How far the weights have come; without their cost of {@link #state}. */
  public Position position() {
    return trained().position();
  }

  /** The weights after the last round. */
  public WeightVector parameters() {
    return trained().parameters();
  }

  /**
   * The weights of the shadows that have any, by name, ready to be used: batch norms of those that
   * ask for it are measured anew.
   *
   * @param graph what is trained
   * @param data asked only then; an epoch's minibatches, a {@link RoundRdd}, of which some are used
   */
  public Map<String, WeightVector> shadows(
      SparkComputationGraph graph, Supplier<JavaRDD<DataSet>> data) {
    ready(graph.getSparkContext(), new TrainableNet(graph.getNetwork()));
    return state.shadows(data);
  }

  /**
   * Lets the rates of the recipe follow the metrics of the epoch that {@code fit} has trained.
   *
   * @param metrics by the names of {@link io.millrace.recipe.Metric}
   */
  public void epochEnded(Map<String, Double> metrics) {
    trained().epochEnded(metrics);
  }

  private MasterState trained() {
    if (state == null) {
      throw new IllegalStateException("Cannot give weights: nothing has been trained yet");
    }
    return state;
  }

  /**
   * The rate of each update under the recipe, as far as it is known now.
   *
   * @throws IllegalStateException for a master without a recipe
   */
  public LearningRate rate(SparkComputationGraph graph) {
    ready(graph.getSparkContext(), new TrainableNet(graph.getNetwork()));
    return state.rate();
  }

  /** What the workers computed with; empty before the first round. */
  public Optional<Compute> compute() {
    return state == null ? Optional.empty() : state.compute();
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    graph.setScore(train(graph.getSparkContext(), new TrainableNet(graph.getNetwork()), data));
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer layers, JavaRDD<DataSet> data) {
    layers.setScore(train(layers.getSparkContext(), new TrainableNet(layers.getNetwork()), data));
  }

  private double train(JavaSparkContext spark, TrainableNet net, JavaRDD<DataSet> data) {
    ready(spark, net);
    LossMeter loss = new LossMeter();
    RoundListener all =
        report -> {
          loss.roundEnded(report);
          roundListeners.forEach(listener -> listener.roundEnded(report));
          state.tell(trainingListeners, report);
        };
    if (data.rdd() instanceof RoundRdd plan) {
      state.train(data.rdd(), plan, all);
    } else {
      trainForeign(data, all);
    }
    return loss.mean();
  }

  private void ready(JavaSparkContext spark, TrainableNet net) {
    if (state == null || !state.fits(spark, net)) {
      renew(spark, net);
    }
    if (resumed != null) {
      state.restore(resumed, begins);
      state.expect(earlier, otherIsFine);
      resumed = null;
    }
  }

  /** Starts anew with a network, or goes on with one whose configuration has changed. */
  private void renew(JavaSparkContext spark, TrainableNet net) {
    ServedNetwork.check(net.model(), recipe != null);
    MasterState next = new MasterState(spark, net, recipe, settings, faults, weighted);
    if (state != null && !next.remember(state)) {
      LOG.warn("The network has other parameters than in the last fit: the optimiser starts anew");
    }
    close();
    state = next;
  }

  private void trainForeign(JavaRDD<DataSet> data, RoundListener listener) {
    try (ForeignRounds rounds = new ForeignRounds(data, settings, this::cut)) {
      state.train(rounds.minibatches(), rounds.plan(), listener);
    } catch (Exception e) {
      // Spark's own exceptions are checked, and nobody declares them.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ForeignDataException said) {
          throw new ForeignDataException(said.getMessage(), e);
        }
      }
      throw e;
    }
  }

  /** The rounds of so many updates from now on. */
  private RoundCut cut(int updates) {
    Every every = settings.averaging().every();
    if (recipe != null && recipe.rate() instanceof ResolvedRate rate) {
      return RoundCut.of(every, state.epochStart(), updates, rate, state.rate());
    }
    OptionalInt always = every.always();
    if (always.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid averaging.every: %s (must be a number where no recipe tells the run's rates)"
              .formatted(every));
    }
    return RoundCut.fixed(always.getAsInt(), updates);
  }

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    trainingListeners.clear();
    trainingListeners.addAll(listeners);
  }

  @Override
  public String toJson() {
    return settings.toString();
  }

  @Override
  public String toYaml() {
    return settings.toString();
  }

  /** Lets go of the replicas and of what Spark holds for them. */
  @Override
  public void close() {
    if (state != null) {
      state.close();
      state = null;
    }
  }
}
