package io.millrace.model.layers;

import io.millrace.model.NetworkCopy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** A copy of a graph while the pass changes it, and what has become of each vertex. */
final class GraphRewrite {
  private final ComputationGraphConfiguration configuration;
  private final WrittenArrays written;
  private final Map<String, String> paths = new LinkedHashMap<>();

  GraphRewrite(ComputationGraphConfiguration canonical) {
    configuration = NetworkCopy.of(canonical);
    new ComputationGraph(configuration).calculateIndices(); // sets the order of vertices
    written = new WrittenArrays(NetworkCopy.of(configuration));
    canonical
        .getVertices()
        .forEach((name, vertex) -> paths.put(name, LayerPath.stock(name, vertex).path()));
  }

  private GraphRewrite(GraphRewrite whole, Set<String> vertices, List<String> ends) {
    configuration = NetworkCopy.of(whole.configuration);
    written = whole.written;
    keepOnly(vertices);
    configuration.setNetworkOutputs(new ArrayList<>(ends));
    configuration.setValidateOutputLayerConfig(false);
    configuration.getVertices().keySet().forEach(name -> paths.put(name, whole.paths.get(name)));
  }

  private void keepOnly(Set<String> vertices) {
    configuration.getVertices().keySet().retainAll(vertices);
    configuration.getVertexInputs().keySet().retainAll(vertices);
  }

  /**
   * Cuts all off that no gradient is computed for, and gives it; what it ends in becomes the inputs
   * of what is left. Gives nothing where a gradient is computed for all.
   */
  Optional<GraphRewrite> cutBelow(Set<String> live) {
    Set<String> below = new LinkedHashSet<>(configuration.getVertices().keySet());
    below.removeAll(live);
    Set<String> between = new LinkedHashSet<>();
    live.stream().sorted().forEach(name -> between.addAll(inputsOf(name)));
    between.removeAll(live);
    if (below.isEmpty()) {
      return Optional.empty();
    }
    List<String> ends = between.stream().filter(below::contains).toList();
    GraphRewrite trunk = new GraphRewrite(this, below, ends);
    trunk.keepOrder();
    keepOnly(live);
    paths.keySet().removeAll(below);
    configuration.setNetworkInputs(new ArrayList<>(between));
    keepOrder();
    return Optional.of(trunk);
  }

  ComputationGraphConfiguration configuration() {
    return configuration;
  }

  List<LayerPath> paths() {
    return paths.entrySet().stream()
        .map(path -> new LayerPath(path.getKey(), path.getValue()))
        .toList();
  }

  /** The vertex now, or null when it was fused into another. */
  GraphVertex vertex(String name) {
    return configuration.getVertices().get(name);
  }

  void replace(String name, GraphVertex vertex, String path) {
    configuration.getVertices().put(name, vertex);
    paths.put(name, path);
  }

  /** What the canonical network writes over. */
  WrittenArrays written() {
    return written;
  }

  /** The format of all inputs of a vertex, where they are known to be images. */
  Optional<CNN2DFormat> inputFormat(String name) {
    return new ImageFormats(configuration).ofInputs(name);
  }

  /**
   * Takes the ReLU layer that alone uses {@code name} out of the graph, if there is one, and gives
   * its name.
   */
  Optional<String> fuseRelu(String name) {
    List<String> users = usersOf(name);
    if (users.size() != 1 || isOutput(name) || isOutput(users.get(0)) || !isRelu(users.get(0))) {
      return Optional.empty();
    }
    String relu = users.get(0);
    configuration.getVertices().remove(relu);
    configuration.getVertexInputs().remove(relu);
    configuration
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.replaceAll(input -> input.equals(relu) ? name : input));
    paths.put(relu, "fused relu");
    keepOrder();
    return Optional.of(relu);
  }

  /** Random numbers are drawn, and arrays written, in the order of the canonical vertices. */
  private void keepOrder() {
    List<String> names = new ArrayList<>(configuration.getNetworkInputs());
    names.addAll(configuration.getVertices().keySet());
    List<String> order = new ArrayList<>(configuration.getTopologicalOrderStr());
    order.retainAll(names);
    configuration.setTopologicalOrderStr(order);
    configuration.setTopologicalOrder(order.stream().mapToInt(names::indexOf).toArray());
  }

  /**
   * Lets gradients travel flat along the edges whose two ends, and all others there, are native,
   * and not at all from what alone reads an input of the network: DL4J adds those of several. Tells
   * all native vertices in what numbers they compute.
   */
  void directGradients(Numbers numbers) {
    Set<String> flat = sendersOfFlat();
    Set<String> givers = numbers.inside() ? giversOfNarrow() : Set.of();
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              Numbers own = numbersOf(name, numbers, givers);
              if (vertex instanceof NativeSum sum) {
                sum.send(flat.contains(name), own);
              } else if (vertex instanceof NativeLayer layer) {
                layer.send(
                    new NativeLayer.Gradients(flat.contains(name), !isAloneFirst(name), own));
              }
            });
  }

  private Numbers numbersOf(String name, Numbers numbers, Set<String> givers) {
    return narrow(name) == NativeLayer.Narrow.NEITHER
        ? numbers.around()
        : numbers.between(givers.contains(name), givers.containsAll(inputsOf(name)));
  }

  /** What gives its output in a narrow format: whose users take it so, with all they read. */
  private Set<String> giversOfNarrow() {
    Set<String> givers = new HashSet<>(configuration.getVertices().keySet());
    givers.removeIf(name -> narrow(name) != NativeLayer.Narrow.IN_AND_OUT || isOutput(name));
    boolean fewer = true;
    while (fewer) {
      fewer =
          givers.removeIf(
              name ->
                  usersOf(name).stream()
                      .anyMatch(
                          user ->
                              narrow(user) == NativeLayer.Narrow.NEITHER
                                  || !givers.containsAll(inputsOf(user))));
    }
    return givers;
  }

  private NativeLayer.Narrow narrow(String name) {
    GraphVertex vertex = vertex(name);
    if (vertex instanceof NativeSum) {
      return NativeLayer.Narrow.IN_AND_OUT;
    }
    return vertex instanceof NativeLayer layer ? layer.narrow() : NativeLayer.Narrow.NEITHER;
  }

  /** What can send all of its gradients flat, as do all others that send to the same vertices. */
  private Set<String> sendersOfFlat() {
    Set<String> senders = new HashSet<>(configuration.getVertices().keySet());
    boolean fewer =
        senders.removeIf(name -> !inputsOf(name).stream().allMatch(this::isAmongNative));
    while (fewer) {
      fewer =
          senders.removeIf(
              name -> inputsOf(name).stream().anyMatch(in -> !senders.containsAll(usersOf(in))));
    }
    return senders;
  }

  private boolean isAloneFirst(String name) {
    return ((NativeLayer) vertex(name)).getPreProcessor() == null
        && configuration.getNetworkInputs().containsAll(inputsOf(name))
        && inputsOf(name).stream().allMatch(input -> usersOf(input).size() == 1);
  }

  private List<String> inputsOf(String name) {
    return configuration.getVertexInputs().get(name);
  }

  private boolean isAmongNative(String name) {
    return isNative(vertex(name))
        && usersOf(name).stream().map(this::vertex).allMatch(GraphRewrite::isNative);
  }

  private static boolean isNative(GraphVertex vertex) {
    return vertex instanceof NativeSum
        || (vertex instanceof NativeLayer layer && layer.getPreProcessor() == null);
  }

  /** Whether it is a layer of ReLU and nothing else. */
  boolean isRelu(String name) {
    return vertex(name) instanceof LayerVertex layer
        && layer.getPreProcessor() == null
        && NativeSettings.servesRelu(layer.getLayerConf().getLayer());
  }

  private List<String> usersOf(String name) {
    List<String> users = new ArrayList<>();
    configuration
        .getVertexInputs()
        .forEach(
            (user, inputs) ->
                inputs.stream().filter(name::equals).forEach(input -> users.add(user)));
    return users;
  }

  private boolean isOutput(String name) {
    return configuration.getNetworkOutputs().contains(name);
  }
}
