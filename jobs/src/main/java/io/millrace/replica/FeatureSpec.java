package io.millrace.replica;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.Subvector;
import io.millrace.model.layers.CutNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.FrozenParts;
import io.millrace.model.layers.NativePass;
import io.millrace.precision.Fp32;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The trunk of a stage, asked for its outputs alone: all below the lowest layer that is trained.
 *
 * @param key names the trunk and its weights
 * @param configuration the canonical network as JSON
 * @param still what of its parameters is not trained, which travels
 * @param frozen what in it does not move
 * @param fastPath on which layers it runs
 * @param images height, width and channels of an image
 * @param rows images of a pass, always the same number, so that it computes as a replica does
 */
public record FeatureSpec(
    String key,
    String configuration,
    Subvector still,
    FrozenParts frozen,
    FastPath fastPath,
    List<Integer> images,
    int rows)
    implements NetworkSpec<FeatureNetwork>, Serializable {
  /**
   * The trunk of a network.
   *
   * @param moves whether a parameter is trained, or a running statistic follows the training
   */
  public static FeatureSpec of(
      String key,
      ComputationGraphConfiguration network,
      ParameterLayout layout,
      Predicate<ParameterSlot> moves,
      FastPath fastPath,
      List<Integer> images,
      int rows) {
    return new FeatureSpec(
        key,
        network.toJson(),
        Subvector.of(layout, moves.negate()),
        FrozenParts.of(layout, moves),
        fastPath,
        List.copyOf(images),
        rows);
  }

  /** The trunk; none where the lowest layer is trained, or images reach what is trained. */
  Optional<Trunk> trunk() {
    CutNetwork cut =
        NativePass.cut(
            ComputationGraphConfiguration.fromJson(configuration), fastPath, new Fp32(), frozen);
    return cut.trunk()
        .filter(below -> below.configuration().getNetworkOutputs().containsAll(cut.between()))
        .map(below -> new Trunk(below, cut.between()));
  }

  /**
   * What the trunk gives of an image; it is tried on two. None where there is no trunk, or images
   * reach what is trained past it.
   */
  public Optional<FeatureShape> shape() {
    Optional<Trunk> made = trunk();
    if (made.isEmpty()) {
      return Optional.empty();
    }
    try (Trunk trunk = made.get();
        INDArray blank = images(2)) {
      INDArray[] outputs = trunk.outputs(blank.permute(0, 3, 1, 2));
      FeatureShape shape = FeatureShape.of(outputs);
      trunk.close(outputs);
      return Optional.of(shape);
    }
  }

  /** Memory for images, [N, H, W, C]. */
  INDArray images(int n) {
    return Nd4j.create(DataType.FLOAT, n, images.get(0), images.get(1), images.get(2));
  }

  @Override
  public FeatureNetwork network() {
    return new FeatureNetwork(this);
  }
}
