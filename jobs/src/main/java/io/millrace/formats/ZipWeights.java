package io.millrace.formats;

import io.millrace.model.ModelCard;
import io.millrace.model.NetworkCopy;
import io.millrace.model.NetworkJson;
import io.millrace.model.layers.NativeMemory;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The weights in a zip of DL4J, of any release from 1.0.0-beta on, by the names {@code
 * layer.parameter} of its network; a stack of layers has the layers 0, 1, 2 and so on. Runs on the
 * driver.
 */
final class ZipWeights implements WeightFile {
  private final Configuration hadoop;
  private final String path;
  private final ComputationGraphConfiguration network;
  private final ModelCard card;
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  private ZipWeights(
      Configuration hadoop, String path, ComputationGraphConfiguration network, ModelCard card) {
    this.hadoop = hadoop;
    this.path = path;
    this.network = network;
    this.card = card;
  }

  /**
   * Opens the zip at a Hadoop path.
   *
   * @throws IOException in one line if it is missing, hostile, or no model
   */
  static ZipWeights open(Configuration hadoop, String path) throws IOException {
    ModelZip.Description zip = ModelZip.described(hadoop, path);
    try {
      var network = network(zip.configuration());
      zip.requireParameters(parameters(network));
      ZipWeights weights = new ZipWeights(hadoop, path, network, zip.card().orElse(null));
      ComputationGraph net = weights.initialised();
      DataType type = net.params().dataType();
      NamedParameter.own(net).forEach(each -> weights.shapes.put(each.name(), each.shape()));
      NativeMemory.freeUnrun(net);
      if (type != DataType.FLOAT) {
        throw new WrongInputException("its network is of %s (must be of FLOAT)".formatted(type));
      }
      return weights;
    } catch (IOException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new WrongInputException("Cannot read model %s: %s".formatted(path, reason), e);
    }
  }

  private static ComputationGraphConfiguration network(String json) throws IOException {
    try {
      return NetworkJson.read(json);
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("its configuration.json is no network of DL4J", e);
    }
  }

  /** Counted before any memory is taken for them. */
  private static long parameters(ComputationGraphConfiguration network) throws IOException {
    long sum = 0;
    for (GraphVertex vertex : network.getVertices().values()) {
      long own = vertex.numParams(true);
      sum += own;
      if (own < 0 || sum < 0) {
        throw new WrongInputException("its network has more parameters than can be counted");
      }
    }
    return sum;
  }

  private ComputationGraph initialised() {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    return net;
  }

  @Override
  public Map<String, List<Long>> shapes() {
    return shapes;
  }

  @Override
  public void read(Collection<String> names, Taker taker) throws IOException {
    ModelZip zip = ModelZip.read(hadoop, path);
    ComputationGraph net = initialised();
    try {
      if (zip.parameters().length() != net.numParams()) {
        throw new WrongInputException(
            "Cannot read model %s: it holds %d parameters (must be the %d of its own network)"
                .formatted(path, zip.parameters().length(), net.numParams()));
      }
      zip.parameters().copyTo(net.params());
      Set<String> left = new HashSet<>(names);
      for (NamedParameter parameter : NamedParameter.own(net)) {
        if (left.remove(parameter.name())) {
          taker.take(parameter.name(), parameter.values());
        }
      }
      if (!left.isEmpty()) {
        throw new WrongInputException(
            "Cannot read model %s: it has no %s".formatted(path, Words.some(List.copyOf(left))));
      }
    } finally {
      NativeMemory.freeUnrun(net);
    }
  }

  @Override
  public Optional<ModelCard> card() {
    return Optional.ofNullable(card);
  }

  @Override
  public Optional<ComputationGraphConfiguration> network() {
    return Optional.of(network);
  }

  @Override
  public String format() {
    return "a DL4J zip";
  }
}
