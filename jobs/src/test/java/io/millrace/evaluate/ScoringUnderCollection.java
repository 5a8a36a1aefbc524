package io.millrace.evaluate;

import io.millrace.ConstantCollection;
import io.millrace.backend.NativeBinary;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.FastPath;
import io.millrace.wire.FlatArrays;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Scores a block of images twice, the second time while garbage is collected all the time, and
 * looks whether the outcomes are the same bytes. Arguments: workspace mode and passes.
 */
public final class ScoringUnderCollection {
  private static final int SIDE = 32;
  private static final int CLASSES = 10;

  private ScoringUnderCollection() {}

  public static void main(String[] args) throws Exception {
    NativeBinary.select();
    WorkspaceMode mode = WorkspaceMode.valueOf(args[1]);
    ComputationGraphConfiguration configuration =
        new CifarResNet(8, 8, Shortcut.PROJECTION, true)
            .configuration(
                new NetworkPurpose(new ImageShape(SIDE, SIDE, 3), CLASSES, new Sgd(0.1), 1));
    configuration.setInferenceWorkspaceMode(mode);
    ComputationGraph canonical = new ComputationGraph(configuration);
    canonical.init();
    EvaluationSpec spec =
        new EvaluationSpec(
            List.of(new Block("noise", 1, 64, 1)),
            new NoiseBlocks(SIDE, CLASSES),
            IntStream.range(0, CLASSES).toArray(),
            new CroppedImages(
                1, SIDE, SIDE, 3, new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.3f, 0.3f, 0.3f}),
            CLASSES,
            48,
            FaultsConfig.DEFAULT,
            Evaluation.network(configuration, FastPath.TRUE));
    Scorer scorer = new Scorer(spec.network());
    scorer.load("weights", new FlatArrays(List.of(canonical.params())).slices());
    byte[] expected = Outcome.encode(scorer.score(spec, 0));
    boolean equal = true;
    try (AutoCloseable collection = ConstantCollection.of(args[0])) {
      for (int pass = 0; pass < Integer.parseInt(args[2]); pass++) {
        equal &= Arrays.equals(expected, Outcome.encode(scorer.score(spec, 0)));
        scorer.rest();
      }
    }
    scorer.close();
    System.out.println("scoring with workspaces %s: bytes equal %s".formatted(mode, equal));
  }
}
