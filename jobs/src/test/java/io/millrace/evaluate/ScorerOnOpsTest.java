package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.backend.PretendedDevice;
import io.millrace.backend.PretendedDevice.Event;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.wire.FlatArrays;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** Evaluation on the path that a GPU takes, on a device that is pretended. */
class ScorerOnOpsTest {
  private static final int SIDE = 8;
  private static final int CLASSES = 3;
  private static final int BATCH = 4;
  private static final int ROWS = 6;

  private final ComputationGraphConfiguration configuration =
      new CifarResNet(8, 4, Shortcut.PROJECTION, true)
          .configuration(
              new NetworkPurpose(new ImageShape(SIDE, SIDE, 3), CLASSES, new Sgd(0.1), 1));
  private final float[] ones = {1, 1, 1};
  private final EvaluationSpec spec =
      new EvaluationSpec(
          List.of(new Block("noise", 1, ROWS, 1)),
          new NoiseBlocks(SIDE, CLASSES),
          IntStream.range(0, CLASSES).toArray(),
          new CroppedImages(1, SIDE, SIDE, 3, new float[3], ones),
          CLASSES,
          BATCH,
          FaultsConfig.DEFAULT,
          Evaluation.network(configuration, FastPath.OPS));

  private byte[] score(byte[][] weights) throws IOException {
    Scorer scorer = new Scorer(spec.network());
    scorer.load("weights", weights);
    List<Outcome> outcomes = scorer.score(spec, 0);
    scorer.close();
    return Outcome.encode(outcomes);
  }

  @Test
  void whatIsWrittenIsTaggedAndWhatIsReadIsAskedFor() throws IOException {
    ComputationGraph canonical = new ComputationGraph(configuration);
    canonical.init();
    byte[][] weights = new FlatArrays(List.of(canonical.params())).slices();
    byte[] expected = score(weights);
    try (PretendedDevice device = new PretendedDevice()) {
      assertThat(score(weights)).isEqualTo(expected);
      long parameters = canonical.numParams();
      long input = BATCH * SIDE * SIDE * 3;
      assertThat(device.events())
          .containsExactly(
              new Event("ask", parameters),
              new Event("tag", parameters),
              new Event("ask", input),
              new Event("tag", input),
              new Event("ask", BATCH * CLASSES),
              new Event("ask", input),
              new Event("tag", input),
              new Event("ask", (ROWS - BATCH) * CLASSES));
    }
  }
}
