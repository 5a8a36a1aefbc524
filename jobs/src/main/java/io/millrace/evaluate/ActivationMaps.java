package io.millrace.evaluate;

import io.millrace.backend.HostAccess;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.diagnostics.ActivationPass;
import io.millrace.diagnostics.Look;
import io.millrace.image.ImagePipeline;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What some layers make of one image: the mean over the channels of each position.
 *
 * @param image the image as it is stored
 * @param label its class in the set
 * @param layers by name of the layer its map, from the first layer to the last
 */
public record ActivationMaps(byte[] image, int label, Map<String, Plane> layers) {
  private static final int MOST_LAYERS = 5;

  /**
   * A map.
   *
   * @param values [height * width]
   */
  public record Plane(int height, int width, float[] values) {}

  /**
   * The maps of the first images of a split. Runs on the driver.
   *
   * @param weights canonical parameters
   * @param count images, at most
   */
  public static List<ActivationMaps> of(
      PreparedDataset dataset,
      Split split,
      EvaluatedModel model,
      WeightVector weights,
      FastPath path,
      int count)
      throws IOException {
    Block first = dataset.blocks(split).get(0);
    EncodedBlock block = dataset.reader().read(first);
    int images = Math.min(count, block.rows());
    AcceleratedNetwork apart = NativePass.apart(model.network(), path);
    ComputationGraph net = apart.network();
    boolean last = ActivationPass.hasChannelsLast(model.network());
    var cropped = CroppedImages.of(model.input());
    try (ImagePipeline pipeline = cropped.pipeline();
        InputArray input = new InputArray(cropped, images)) {
      ParameterLayout layout = Evaluation.network(model.network(), path).layout();
      try (INDArray vector = WeightCodec.array(weights.slices(), layout.length())) {
        apart.table(layout, net).toReplica(vector, net.params());
      }
      List<Map<String, Plane>> seen = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        Map<String, Plane> all = new LinkedHashMap<>();
        ActivationPass.run(
            net,
            input.of(block, i, i + 1, pipeline),
            false,
            (vertex, output) -> {
              if (output.rank() == 4 && output.size(2) > 1) {
                all.put(vertex, mean(last ? output.permute(0, 3, 1, 2) : output));
              }
            });
        Look look = new Look(model.network(), Map.of(), layout, weights, 0);
        all.keySet().removeIf(vertex -> !look.isActivated(vertex));
        seen.add(some(all));
      }
      return maps(block, seen);
    } finally {
      NativeMemory.free(net);
    }
  }

  private static List<ActivationMaps> maps(EncodedBlock block, List<Map<String, Plane>> seen) {
    List<ActivationMaps> maps = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      byte[] image = Arrays.copyOfRange(block.data(), block.offsets()[i], block.offsets()[i + 1]);
      maps.add(new ActivationMaps(image, block.labels()[i], seen.get(i)));
    }
    return maps;
  }

  /** A few of the layers, evenly from the first to the last. */
  private static Map<String, Plane> some(Map<String, Plane> all) {
    List<String> names = new ArrayList<>(all.keySet());
    Map<String, Plane> some = new LinkedHashMap<>();
    int many = Math.min(MOST_LAYERS, names.size());
    for (int i = 0; i < many; i++) {
      String name = names.get(many == 1 ? 0 : i * (names.size() - 1) / (many - 1));
      some.put(name, all.get(name));
    }
    return some;
  }

  private static Plane mean(INDArray output) {
    try (INDArray mean = output.mean(1).dup('c');
        HostAccess access = HostAccess.reading(mean)) {
      float[] values = new float[(int) mean.length()];
      access.floats().get(values);
      return new Plane((int) output.size(2), (int) output.size(3), values);
    }
  }
}
