package io.millrace.evaluate;

import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.model.ClassMatch;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightVector;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  public static Evaluation of(
      JavaSparkContext spark, How how, PreparedDataset dataset, Split split, EvaluatedModel model) {
    requireKnown(dataset, split, model);
    return answering(spark, how, dataset, split, model);
  }

  /**
   * The same for {@link #answers} alone: the split may have classes that the model does not know.
   */
  public static Evaluation answering(
      JavaSparkContext spark, How how, PreparedDataset dataset, Split split, EvaluatedModel model) {
    requireRows(dataset, split);
    return of(
        spark, how, dataset, split, model, dataset.reader(), network(model.network(), how, null));
  }

  private static Evaluation of(
      JavaSparkContext spark,
      How how,
      PreparedDataset dataset,
      Split split,
      EvaluatedModel model,
      BlockReader reader,
      EvaluationSpec.Network network) {
    EvaluationSpec spec =
        new EvaluationSpec(
            dataset.blocks(split),
            reader,
            new ClassMatch(model.classes(), dataset.classes()).outputs(),
            CroppedImages.of(model.input()),
            model.classes().size(),
            how.batch(),
            how.faults(),
            network);
    return new Evaluation(spark, split, spec, how.workers(), Optional.of(dataset.idSum(split)));
  }

  /**
   * The same of what is above a frozen trunk, on its features.
   *
   * @param features blocks of them in the place of the split's
   */
  public static Evaluation of(
      JavaSparkContext spark,
      How how,
      PreparedDataset dataset,
      Split split,
      EvaluatedModel model,
      BlockReader features,
      FeatureHead head) {
    requireKnown(dataset, split, model);
    return of(spark, how, dataset, split, model, features, network(model.network(), how, head));
  }

  private static void requireRows(PreparedDataset dataset, Split split) {
    if (dataset.rows(split) == 0) {
      throw new IllegalArgumentException(
          "Cannot evaluate split %s of %s: it is empty (must be of %s; what is test, the source tells)"
              .formatted(name(split), dataset.path(), filled(dataset)));
    }
  }

  private static void requireKnown(PreparedDataset dataset, Split split, EvaluatedModel model) {
    requireRows(dataset, split);
    int[] outputs = new ClassMatch(model.classes(), dataset.classes()).outputs();
    List<Long> rows = dataset.manifest().splits().get(split).rowsByClass();
    List<String> unknown =
        IntStream.range(0, outputs.length)
            .filter(label -> outputs[label] < 0 && rows.get(label) > 0)
            .mapToObj(dataset.classes()::get)
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot evaluate on split %s of %s: the model does not know %s (it knows %s)"
              .formatted(
                  name(split),
                  dataset.path(),
                  ClassMatch.named(unknown),
                  ClassMatch.named(model.classes())));
    }
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
    spark.setJobDescription("evaluate on " + name(split));
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
              .formatted(name(split)));
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
      ComputationGraphConfiguration canonical, How how, FeatureHead head) {
    return network(canonical, how.fastPath(), how.folds(), head);
  }

  private static EvaluationSpec.Network network(
      ComputationGraphConfiguration canonical, FastPath fastPath, boolean folds, FeatureHead head) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(canonical));
    net.init();
    return new EvaluationSpec.Network(
        NetworkJson.of(canonical), ParameterLayout.of(net), fastPath, folds, head);
  }

  private static String filled(PreparedDataset dataset) {
    return Stream.of(Split.values())
        .filter(split -> dataset.rows(split) > 0)
        .map(Evaluation::name)
        .collect(Collectors.joining(", "));
  }

  private static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
