package io.millrace.evaluate;

import io.millrace.bench.Work;
import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelInput;
import io.millrace.model.layers.FastPath;
import io.millrace.wire.FlatArrays;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A look at the activations of 256 images of 32 x 32, on one thread, for benchmarks. */
public final class LookWork implements Work {
  /** Images of a look. */
  public static final int IMAGES = 256;

  private static final Block BLOCK = new Block("noise", 0, IMAGES, IMAGES);

  private final SampleSpec sample;
  private final byte[][] weights;

  /** A look with the weights that a network has. */
  public LookWork(ComputationGraph net) throws IOException {
    EncodedBlock images = new NoiseBlocks(32, 10).read(BLOCK);
    float[] none = new float[3];
    float[] ones = {1, 1, 1};
    ModelInput input = ModelInput.of(new ImageShape(32, 32, 3), none, ones, 1);
    sample =
        new SampleSpec(
            List.of(BLOCK),
            block -> images,
            CroppedImages.of(input),
            FaultsConfig.DEFAULT,
            Evaluation.network(net.getConfiguration(), FastPath.TRUE));
    weights = new FlatArrays(List.of(net.params())).slices();
  }

  @Override
  public void run() throws Exception {
    Looker looker = sample.network();
    looker.look(sample, weights, 0, 1, () -> {});
    looker.close();
  }
}
