package io.millrace.evaluate;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.wire.Broadcasts;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import scala.Tuple2;

/**
 * Evaluates weights on a split, distributed over the workers: a task scores whole blocks, the
 * driver sums in the order of blocks and rows. So the result is a function of weights, split and
 * {@code evaluation.batch} alone. Lives on the driver.
 */
public final class Evaluation implements AutoCloseable {
  private static final int TASKS_PER_WORKER = 4;

  private final JavaSparkContext spark;
  private final Split split;
  private final EvaluationSpec spec;
  private final int tasks;
  private final Broadcast<byte[]> broadcastSpec;

  Evaluation(JavaSparkContext spark, Split split, EvaluationSpec spec, int tasks) {
    this.spark = spark;
    this.split = split;
    this.spec = spec;
    this.tasks = tasks;
    this.broadcastSpec = spark.broadcast(Packed.pack(spec));
  }

  /**
   * Prepares the evaluation of a network on a split.
   *
   * @param canonical the canonical network
   * @throws IllegalArgumentException if the split is empty or the network has other classes
   */
  public static Evaluation of(
      JavaSparkContext spark,
      RunConfig config,
      PreparedDataset dataset,
      Split split,
      ComputationGraphConfiguration canonical) {
    if (dataset.rows(split) == 0) {
      throw new IllegalArgumentException(
          "Cannot evaluate split %s of %s: it is empty (splits with examples: %s)"
              .formatted(name(split), config.dataset().path(), filled(dataset)));
    }
    checkClasses(canonical, dataset.classes().size());
    EvaluationSpec spec =
        new EvaluationSpec(
            dataset.blocks(split),
            dataset.reader(),
            images(config, dataset),
            dataset.classes().size(),
            config.evaluation().batch(),
            network(canonical, config.training().fastPath()));
    int tasks = Math.min(spec.blocks().size(), TASKS_PER_WORKER * config.training().workers());
    return new Evaluation(spark, split, spec, tasks);
  }

  /**
   * Evaluates weights.
   *
   * @param parameters flat parameters in canonical order, [P]
   * @throws IllegalArgumentException for another number of parameters
   */
  public EvaluationReport run(WeightVector parameters) {
    long expected = spec.network().layout().length();
    if (parameters.length() != expected) {
      throw new IllegalArgumentException(
          "Cannot evaluate %d parameters (must be the %d of the network)"
              .formatted(parameters.length(), expected));
    }
    long start = System.nanoTime();
    String name = UUID.randomUUID().toString();
    Broadcast<byte[]> specs = broadcastSpec;
    Broadcast<byte[][]> weights = spark.broadcast(parameters.slices());
    spark.setJobDescription("evaluate on " + name(split));
    try {
      List<Tuple2<Integer, byte[]>> results =
          spark
              .parallelize(IntStream.range(0, spec.blocks().size()).boxed().toList(), tasks)
              .mapPartitions(
                  blocks -> {
                    List<Integer> share = new ArrayList<>();
                    blocks.forEachRemaining(share::add);
                    return score(specs.value(), name, weights.value(), share).iterator();
                  })
              .collect();
      Tally tally = new Tally(spec.classes());
      results.stream()
          .sorted((a, b) -> Integer.compare(a._1(), b._1()))
          .forEach(result -> tally.add(result._1(), Outcome.decode(result._2())));
      return tally.report(split, (System.nanoTime() - start) / 1e9);
    } finally {
      spark.setJobDescription(null);
      Broadcasts.destroy(weights);
    }
  }

  /** Releases what executors keep of it. */
  @Override
  public void close() {
    Broadcasts.destroy(broadcastSpec);
  }

  private static void checkClasses(ComputationGraphConfiguration canonical, int classes) {
    String output = canonical.getNetworkOutputs().get(0);
    if (canonical.getVertices().get(output) instanceof LayerVertex vertex
        && vertex.getLayerConf().getLayer() instanceof FeedForwardLayer layer
        && layer.getNOut() != classes) {
      throw new IllegalArgumentException(
          "Cannot evaluate a network of %d classes (must be the %d of the data set)"
              .formatted(layer.getNOut(), classes));
    }
  }

  private static List<Tuple2<Integer, byte[]>> score(
      byte[] specBytes, String name, byte[][] weights, List<Integer> blocks) throws IOException {
    EvaluationSpec spec = Packed.unpack(specBytes, EvaluationSpec.class);
    return ScorerPool.run(
        spec.network(),
        scorer -> {
          scorer.load(name, weights);
          List<Tuple2<Integer, byte[]>> scored = new ArrayList<>();
          try {
            for (int block : blocks) {
              scored.add(new Tuple2<>(block, Outcome.encode(scorer.score(spec, block))));
            }
          } finally {
            scorer.rest();
          }
          return scored;
        });
  }

  private static EvaluationSpec.Images images(RunConfig config, PreparedDataset dataset) {
    var input = config.input();
    var normalisation = dataset.normalisation(input.channels(), input.normalize());
    return new EvaluationSpec.Images(
        config.evaluation().cropShare(),
        input.height(),
        input.width(),
        input.channels(),
        normalisation.mean(),
        normalisation.deviation());
  }

  static EvaluationSpec.Network network(ComputationGraphConfiguration canonical, boolean fastPath) {
    ComputationGraph net = new ComputationGraph(canonical.clone());
    net.init();
    return new EvaluationSpec.Network(NetworkJson.of(canonical), ParameterLayout.of(net), fastPath);
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
