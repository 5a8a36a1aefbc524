package io.millrace.formats;

import io.millrace.model.ModelCard;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.NativeMemory;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The weights of a Keras 2 model in HDF5, by the names {@code layer.parameter} that they have in
 * its network here ({@link KerasNetwork}). Keras keeps channels last:
 *
 * <pre>
 * kernel of Conv2D  [kH, kW, in, out]                        W [out, in, kH, kW]
 * kernel of Dense   [in, out], rows h, w, c after a Flatten  W [in, out], rows c, h, w
 * gamma, beta, moving_mean, moving_variance                  gamma, beta, mean, var
 * bias                                                       b
 * </pre>
 *
 * Runs on the driver.
 */
final class KerasWeights implements WeightFile {
  private static final String WEIGHTS = "model_weights/";

  /** Where a parameter lies in the file. */
  private record Place(String path, List<Long> image) {}

  private final Configuration hadoop;
  private final String path;
  private final ComputationGraphConfiguration network;
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();

  private KerasWeights(Configuration hadoop, String path, ComputationGraphConfiguration network) {
    this.hadoop = hadoop;
    this.path = path;
    this.network = network;
  }

  /**
   * Opens the file at a Hadoop path.
   *
   * @throws IOException in one line if it is missing, damaged, or not a model that can be read
   */
  static KerasWeights open(Configuration hadoop, String path) throws IOException {
    return GivenFile.read(
        hadoop,
        path,
        "Keras model",
        file -> {
          Hdf5 hdf = new Hdf5(file);
          String version = hdf.text("", "keras_version");
          if (!version.startsWith("2.")) {
            throw new WrongInputException(
                version.isEmpty()
                    ? "it does not say its keras_version (must be saved as a whole model, by Keras 2)"
                    : "Keras %s saved it (must be Keras 2)".formatted(Words.line(version)));
          }
          KerasWeights weights =
              new KerasWeights(hadoop, path, network(hdf.text("", "model_config")));
          weights.match(hdf.arrays(WEIGHTS));
          return weights;
        });
  }

  private static ComputationGraphConfiguration network(String json) throws IOException {
    if (json.isEmpty()) {
      throw new WrongInputException("it has no model_config, only weights");
    }
    KerasJson model = KerasJson.parse(json);
    try {
      return KerasNetwork.of(model);
    } catch (RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new WrongInputException("its network does not fit together: " + reason, e);
    }
  }

  /** Finds the array of each parameter; each array is one parameter's, in just its shape. */
  private void match(Map<String, List<Long>> arrays) throws IOException {
    long elements = network.getVertices().values().stream().mapToLong(v -> v.numParams(true)).sum();
    long held = 0;
    Map<String, String> paths = new HashMap<>();
    for (Map.Entry<String, List<Long>> array : arrays.entrySet()) {
      held += array.getValue().stream().reduce(1L, Math::multiplyExact);
      if (paths.put(key(array.getKey()), array.getKey()) != null) {
        throw new WrongInputException("it has " + Words.line(key(array.getKey())) + " twice");
      }
    }
    if (held != elements) {
      throw new WrongInputException(
          "it holds %d weights, its network has %d".formatted(held, elements));
    }
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    try {
      for (NamedParameter parameter : NamedParameter.own(net)) {
        ParameterSlot slot = parameter.slot();
        String at = paths.get(slot.vertex() + "/" + word(slot));
        List<Long> image = flattened(slot);
        if (at == null || !theirs(parameter).equals(arrays.get(at))) {
          throw new WrongInputException(
              "%s is %s (must be %s)"
                  .formatted(slot.vertex() + "/" + word(slot), arrays.get(at), theirs(parameter)));
        }
        shapes.put(parameter.name(), parameter.shape());
        places.put(parameter.name(), new Place(at, image));
      }
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  /** Layer and variable of {@code model_weights/layer/.../variable:0}. */
  private static String key(String path) {
    String[] parts = path.split("/");
    return parts[1] + "/" + parts[parts.length - 1].replaceFirst(":0$", "");
  }

  private static String word(ParameterSlot slot) {
    return switch (slot.kind()) {
      case WEIGHT -> "kernel";
      case BIAS -> "bias";
      case GAMMA -> "gamma";
      case BETA -> "beta";
      case MEAN -> "moving_mean";
      case VARIANCE -> "moving_variance";
      case CENTER -> "none";
    };
  }

  private static List<Long> theirs(NamedParameter parameter) {
    List<Long> ours = parameter.shape();
    if (ours.size() == 4) {
      return List.of(ours.get(2), ours.get(3), ours.get(1), ours.get(0));
    }
    return parameter.slot().kind() == ParameterSlot.Kind.WEIGHT
        ? ours
        : List.of(ours.stream().reduce(1L, (a, b) -> a * b));
  }

  /** Channels, height and width of an image that a dense layer sees flattened; none otherwise. */
  private List<Long> flattened(ParameterSlot slot) {
    boolean flat =
        slot.kind() == ParameterSlot.Kind.WEIGHT
            && network.getVertices().get(slot.vertex()) instanceof LayerVertex layer
            && layer.getPreProcessor() instanceof CnnToFeedForwardPreProcessor;
    if (!flat) {
      return List.of();
    }
    var image =
        (CnnToFeedForwardPreProcessor)
            ((LayerVertex) network.getVertices().get(slot.vertex())).getPreProcessor();
    return List.of(image.getNumChannels(), image.getInputHeight(), image.getInputWidth());
  }

  @Override
  public Map<String, List<Long>> shapes() {
    return shapes;
  }

  @Override
  public void read(Collection<String> names, Taker taker) throws IOException {
    GivenFile.read(
        hadoop,
        path,
        "Keras model",
        file -> {
          Hdf5 hdf = new Hdf5(file);
          Set<String> left = new HashSet<>(names);
          for (Map.Entry<String, Place> each : places.entrySet()) {
            if (left.remove(each.getKey())) {
              float[] values = hdf.floats(each.getValue().path);
              taker.take(each.getKey(), ours(values, each.getKey(), each.getValue().image));
            }
          }
          if (!left.isEmpty()) {
            throw new WrongInputException("it has no " + Words.some(new ArrayList<>(left)));
          }
          return null;
        });
  }

  /** The array in the order of DL4J. */
  private float[] ours(float[] theirs, String name, List<Long> image) {
    List<Long> shape = shapes.get(name);
    if (shape.size() == 4) {
      return turned(
          theirs,
          new long[] {shape.get(2), shape.get(3), shape.get(1), shape.get(0)},
          new int[] {3, 2, 0, 1});
    }
    return image.isEmpty()
        ? theirs
        : turned(
            theirs,
            new long[] {image.get(1), image.get(2), image.get(0), shape.get(1)},
            new int[] {2, 0, 1, 3});
  }

  private static float[] turned(float[] values, long[] shape, int[] axes) {
    try (INDArray all = Nd4j.createFromArray(values);
        INDArray turned = all.reshape('c', shape).permute(axes).dup('c')) {
      return turned.data().asFloat();
    }
  }

  @Override
  public Optional<ModelCard> card() {
    return Optional.empty();
  }

  @Override
  public Optional<ComputationGraphConfiguration> network() {
    return Optional.of(network);
  }

  @Override
  public String format() {
    return "Keras' HDF5";
  }
}
