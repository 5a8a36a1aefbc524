package io.millrace.model.layers;

import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.precision.Precision;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A canonical network and the one that a replica runs in its place.
 *
 * @param canonical stock DL4J, as models and checkpoints hold it
 * @param configuration with native layers; never saved
 * @param paths what runs each vertex of the canonical network
 * @param precision in what numbers those compute that are not stock
 */
public record AcceleratedNetwork(
    ComputationGraphConfiguration canonical,
    ComputationGraphConfiguration configuration,
    List<LayerPath> paths,
    Precision precision) {

  /**
   * A new network for a replica; its weights are still to be set. Its inference has the workspace
   * mode of training: with different ones the backward pass of DL4J's graphs, unlike that of its
   * stacks, reads memory that was given back.
   */
  public ComputationGraph network() {
    ComputationGraphConfiguration own = NetworkCopy.of(configuration);
    own.setInferenceWorkspaceMode(own.getTrainingWorkspaceMode());
    ComputationGraph net = new ComputationGraph(own);
    net.init();
    return net;
  }

  /** Copies flat vectors between the canonical network and a replica made by {@link #network}. */
  public ParameterTable table(ParameterLayout canonicalLayout, ComputationGraph replica) {
    return ParameterTable.between(canonicalLayout, ParameterLayout.of(replica));
  }

  /** Whether DL4J's own layers run all of it. */
  public boolean isStock() {
    return paths.stream().allMatch(LayerPath::isStock);
  }

  /** One line: how many vertices run on which path, and how many stay fp32 where others do not. */
  public String summary() {
    return byPath() + staying();
  }

  private String staying() {
    long stay = paths.stream().filter(LayerPath::isStock).count();
    return precision.isFull()
        ? ""
        : "; %d in %s, %d stay fp32".formatted(paths.size() - stay, precision.word(), stay);
  }

  private String byPath() {
    return paths.stream()
        .collect(Collectors.groupingBy(LayerPath::path, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(path -> path.getValue() + " " + path.getKey())
        .collect(Collectors.joining(", "));
  }
}
