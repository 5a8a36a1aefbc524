package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.exchange.FixedEvery;
import io.millrace.model.ParameterLayout;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp16;
import io.millrace.precision.Fp32;
import io.millrace.precision.LossScale;
import io.millrace.precision.Precision;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Objective;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Oracle;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.Sgd;
import io.millrace.wire.WeightCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A net of two layers in each format, update by update, held against the table. */
class NarrowOracleTest {
  private static final Oracle ORACLE = new Oracle("precision.json");
  private static final String NET = "two_layer_net/";
  private static final int EXAMPLES = 12;
  private static final double WEIGHT_TOLERANCE = 2e-3;

  /** The net on its twelve examples, by the rule that replicas follow. */
  private static final class Run implements AutoCloseable {
    private final ReplicaNetwork replica;
    private final LossScale scale;
    private final double rate;
    private final DataSet minibatch = examples();
    private int update;

    Run(Precision precision, double rate, double lossWeight) {
      ComputationGraph net = network();
      Recipe recipe = Recipe.of(new OptimizerConfig(new Sgd(), 0, false), any -> rate);
      Objective objective =
          lossWeight == 1
              ? Objective.STOCK
              : new Objective(new CrossEntropy(), List.of(lossWeight, lossWeight, lossWeight));
      TrainerConfig settings =
          new TrainerConfig(1, EXAMPLES)
              .every(new FixedEvery(1))
              .minimising(objective)
              .precision(precision);
      this.rate = rate;
      this.replica =
          new ReplicaNetwork(ReplicaSpec.of("narrow", new TrainableNet(net), recipe, settings));
      this.scale = precision.scaling().orElse(null);
      replica.load(slices(net), order());
    }

    private RoundOrder order() {
      return new RoundOrder(
          0,
          update,
          List.of(List.of(new Moment(update + 1, rate))),
          scale == null ? 1 : scale.scale());
    }

    ReplicaNetwork.Step step() {
      ReplicaNetwork.Step step = replica.fit(minibatch, order(), update, 1, 0, null);
      Optional.ofNullable(scale)
          .ifPresent(each -> each.roundEnded(1, step.skipped() ? 0 : 1, step.skipped()));
      update++;
      return step;
    }

    double lossAfter(int updates) {
      while (update < updates) {
        step();
      }
      return replica.fit(minibatch, order(), update, 1, 0, null).loss() / EXAMPLES;
    }

    /** In the order of the table: rows of W1, b1, rows of W2, b2. */
    double[] weights() {
      byte[][] stored = replica.store();
      float[] flat = new float[83];
      WeightCodec.get(stored, 0, flat);
      double[] ordered = new double[flat.length];
      for (int i = 0; i < flat.length; i++) {
        ordered[i] = flat[dl4j(i)];
      }
      return ordered;
    }

    @Override
    public void close() {
      replica.close();
    }
  }

  /** Where element i of the table lies in DL4J's vector, whose matrices have columns in a row. */
  private static int dl4j(int i) {
    if (i < 48) {
      return i % 8 * 6 + i / 8;
    }
    int j = i - 56;
    return j >= 0 && j < 24 ? 56 + j % 3 * 8 + j / 3 : i;
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder().nIn(6).nOut(8).activation(Activation.RELU).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(8)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    net.init();
    double[] given = ORACLE.vector(NET + "w0");
    for (int i = 0; i < given.length; i++) {
      net.params().putScalar(dl4j(i), given[i]);
    }
    return net;
  }

  private static byte[][] slices(ComputationGraph net) {
    ParameterLayout layout = ParameterLayout.of(net);
    byte[][] slices = WeightCodec.allocate(layout.length());
    WeightCodec.put(net.params().data().asFloat(), slices, 0);
    return slices;
  }

  private static DataSet examples() {
    double[] classes = ORACLE.vector(NET + "y");
    var labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 3);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, (int) classes[i], 1);
    }
    return new DataSet(Nd4j.createFromArray(ORACLE.rows(NET + "x")).castTo(DataType.FLOAT), labels);
  }

  private static void follows(String table, Precision precision, double tolerance) {
    try (Run run = new Run(precision, ORACLE.number(NET + "rate"), 1)) {
      List<Boolean> skipped = new ArrayList<>();
      List<Boolean> expected = new ArrayList<>();
      for (JsonNode update : ORACLE.node(NET + table + "/updates")) {
        if (run.scale != null) {
          assertThat(run.scale.scale()).isEqualTo(update.get("scale_used").doubleValue());
        }
        ReplicaNetwork.Step step = run.step();
        skipped.add(step.skipped());
        expected.add(update.get("skipped").booleanValue());
        assertThat(step.loss() / EXAMPLES)
            .isCloseTo(update.get("loss").doubleValue(), Offset.offset(tolerance));
        double[] weights = run.weights();
        for (int i = 0; i < weights.length; i++) {
          assertThat(weights[i])
              .as("weight %d after update %d", i, run.update)
              .isCloseTo(update.get("weights").get(i).doubleValue(), Offset.offset(tolerance));
        }
      }
      assertThat(skipped).isEqualTo(expected);
    }
  }

  @Test
  void fp16SkipsWhatOverflowsAndGoesAsTheTable() {
    follows("fp16", new Fp16(131072, 4, 2, 0.5), WEIGHT_TOLERANCE);
  }

  @Test
  void bf16GoesAsTheTableWithoutAScale() {
    follows("bf16_no_scaling", new Bf16(true), WEIGHT_TOLERANCE);
    follows("bf16_no_scaling", new Bf16(), WEIGHT_TOLERANCE);
  }

  @Test
  void fp32GoesAsTheTable() {
    follows("fp32", new Fp32(), 1e-5);
  }

  @Test
  void gradientsBelowTheRangeOfFp16AreLostUnlessTheLossIsScaled() {
    double weight = 0x1p-24;
    double rate = 0.02 / weight;
    assertStory("fp16_masters_scaling", new Fp16(), rate, weight, 400);
    assertStory("fp16_masters_no_scaling", new Fp16(1, 1 << 30, 2, 0.5), rate, weight, 400);
    assertStory("bf16_masters", new Bf16(), rate, weight, 400);
  }

  @Test
  void stepsBelowAUnitOfFp16AreKeptByTheMasters() {
    assertStory("small_rate_fp16_masters", new Fp16(), 0.0004, 1, 4000);
  }

  private static void assertStory(
      String story, Precision precision, double rate, double weight, int updates) {
    try (Run run = new Run(precision, rate, weight)) {
      double after = ORACLE.number("%sstories/%s/loss_after_%d".formatted(NET, story, updates));
      assertThat(run.lossAfter(0) / weight)
          .as(story)
          .isCloseTo(
              ORACLE.number("%sstories/%s/loss_first".formatted(NET, story)), Offset.offset(1e-3));
      assertThat(run.lossAfter(updates) / weight).as(story).isCloseTo(after, Offset.offset(4e-3));
    }
  }
}
