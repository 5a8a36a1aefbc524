package io.millrace.evaluate;

import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.Split;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightVector;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Evaluates weights on a split, distributed over the workers: a task scores whole blocks, the
 * driver sums in the order of blocks and rows. So the result is a function of weights, split and
 * {@code evaluation.batch} alone. Lives on the driver.
 */
public final class Evaluation implements AutoCloseable {
  private static final int TASKS_PER_WORKER = 4;
  private static final int TASKS_PER_WORKER_WATCHED = 32;

  private final JavaSparkContext spark;
  private final Split split;
  private final EvaluationSpec spec;
  private final int workers;
  private final Optional<IdSum> ids;
  private final Broadcast<byte[]> broadcastSpec;

  Evaluation(JavaSparkContext spark, Split split, EvaluationSpec spec, int workers) {
    this(spark, split, spec, workers, Optional.empty());
  }

  private Evaluation(
      JavaSparkContext spark, Split split, EvaluationSpec spec, int workers, Optional<IdSum> ids) {
    this.spark = spark;
    this.split = split;
    this.spec = spec;
    this.workers = workers;
    this.ids = ids;
    this.broadcastSpec = spark.broadcast(Packed.pack(spec));
  }

  /**
   * In which portions to work.
   *
   * @param batch examples of one forward pass, at most
   * @param workers workers to share the blocks
   * @param fastPath on which layers
   * @param folds whether batch norms are folded into the layers before them, see {@link
   *     io.millrace.model.layers.FoldedNorms}
   * @param faults how long a task may take
   */
  public record How(int batch, int workers, FastPath fastPath, boolean folds, FaultsConfig faults) {
    /** The same with batch norms folded, where that is known to pay: on native layers. */
    public How folding() {
      return new How(batch, workers, fastPath, fastPath == FastPath.TRUE, faults);
    }
  }

  /**
   * Prepares the evaluation of a model on a split, whose classes are matched with the model's by
   * name.
   *
   * @throws IllegalArgumentException if the split is empty or has examples of a class that the
   *     model does not know
   */
  public static Evaluation of(JavaSparkContext spark, How how, EvaluatedSplit asked) {
    asked.requireKnown();
    return answering(spark, how, asked);
  }

  /**
   * The same for {@link #answers} alone: the split may have classes that the model does not know.
   */
  public static Evaluation answering(JavaSparkContext spark, How how, EvaluatedSplit asked) {
    asked.requireRows();
    return of(spark, how, asked, asked.dataset().reader(), null);
  }

  /**
   * The same of what is above a frozen trunk, on its features.
   *
   * @param features blocks of them in the place of the split's
   */
  public static Evaluation onFeatures(
      JavaSparkContext spark,
      How how,
      EvaluatedSplit asked,
      BlockReader features,
      FeatureHead head) {
    asked.requireKnown();
    return of(spark, how, asked, features, head);
  }

  private static Evaluation of(
      JavaSparkContext spark, How how, EvaluatedSplit asked, BlockReader reader, FeatureHead head) {
    EvaluatedModel model = asked.model();
    EvaluationSpec spec =
        new EvaluationSpec(
            asked.dataset().blocks(asked.split()),
            reader,
            asked.outputs(),
            CroppedImages.of(model.input()),
            model.classes().size(),
            how.batch(),
            how.faults(),
            network(model.network(), how.fastPath(), how.folds(), head));
    var ids = Optional.of(asked.dataset().idSum(asked.split()));
    return new Evaluation(spark, asked.split(), spec, how.workers(), ids);
  }

  /**
   * Evaluates weights.
   *
   * @param parameters flat parameters in canonical order, [P]
   * @throws IllegalArgumentException for another number of parameters
   */
  public EvaluationReport run(WeightVector parameters) {
    return report(parameters, TASKS_PER_WORKER, more -> {}).report();
  }

  /**
   * How well weights do, and on which examples.
   *
   * @param report how well
   * @param answers on each example
   */
  public record Scored(EvaluationReport report, Answers answers) {}

  /**
   * Evaluates weights and tells how far it has come.
   *
   * @param scored is given the number of examples of each task that ends, one task at a time
   */
  public Scored run(WeightVector parameters, IntConsumer scored) {
    return report(parameters, TASKS_PER_WORKER_WATCHED, scored);
  }

  /** Which examples weights have right. */
  public Answers answers(WeightVector parameters, IntConsumer scored) {
    return Answers.of(outcomes(parameters, TASKS_PER_WORKER_WATCHED, scored));
  }

  private Scored report(WeightVector parameters, int tasksPerWorker, IntConsumer scored) {
    long start = System.nanoTime();
    SortedMap<Integer, List<Outcome>> outcomes = outcomes(parameters, tasksPerWorker, scored);
    OutcomeTally tally = new OutcomeTally(spec.classes());
    outcomes.forEach(tally::add);
    EvaluationReport report = tally.report(split, (System.nanoTime() - start) / 1e9);
    return new Scored(report, Answers.of(outcomes));
  }

  private SortedMap<Integer, List<Outcome>> outcomes(
      WeightVector parameters, int tasksPerWorker, IntConsumer scored) {
    long expected = spec.network().layout().length();
    if (parameters.length() != expected) {
      throw new IllegalArgumentException(
          "Cannot evaluate %d parameters (must be the %d of the network)"
              .formatted(parameters.length(), expected));
    }
    Broadcast<byte[][]> weights = spark.broadcast(parameters.slices());
    spark.setJobDescription("evaluate on " + EvaluatedSplit.name(split));
    try {
      int tasks = (int) Math.min(spec.blocks().size(), (long) tasksPerWorker * workers);
      SortedMap<Integer, List<Outcome>> outcomes =
          ScoringTask.run(spark, broadcastSpec, weights, spec.blocks().size(), tasks, scored);
      requireOwnExamples(outcomes.values());
      return outcomes;
    } finally {
      spark.setJobDescription(null);
      Broadcasts.destroy(weights);
    }
  }

  /** A file of another set may have the length and the rows of the one whose place it took. */
  private void requireOwnExamples(Collection<List<Outcome>> outcomes) {
    IdSum scored = new IdSum();
    outcomes.forEach(block -> block.forEach(outcome -> scored.add(outcome.id())));
    if (ids.isPresent() && !ids.get().equals(scored)) {
      throw new IllegalStateException(
          "Cannot evaluate on split %s: its files hold other examples than its manifest says (prepare the set again)"
              .formatted(EvaluatedSplit.name(split)));
    }
  }

  /** Lets go of what the cluster holds for it; scorers of executors end with them. */
  @Override
  public void close() {
    Broadcasts.destroy(broadcastSpec);
    ReplicaPool.release(spec.network());
  }

  /** The network with its batch norms as they are. */
  static EvaluationSpec.Network network(
      ComputationGraphConfiguration canonical, FastPath fastPath) {
    return network(canonical, fastPath, false);
  }

  static EvaluationSpec.Network network(
      ComputationGraphConfiguration canonical, FastPath fastPath, boolean folds) {
    return network(canonical, fastPath, folds, null);
  }

  private static EvaluationSpec.Network network(
      ComputationGraphConfiguration canonical, FastPath fastPath, boolean folds, FeatureHead head) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(canonical));
    net.init();
    return new EvaluationSpec.Network(
        NetworkJson.of(canonical), ParameterLayout.of(net), fastPath, folds, head);
  }
}
