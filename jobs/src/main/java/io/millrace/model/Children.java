package io.millrace.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * The top-level parts of a network in their order, as people speak of them: a stem, stages, a
 * pooling, an output. Vertices {@code stage1_block1_conv1} and {@code stage1_block2_conv1} are both
 * of the child {@code stage1}; a vertex whose name has no separator is a child of its own.
 *
 * @param vertices of each child, by its name, in the order of the network
 * @param head vertices of the head, which gives the classes
 */
public record Children(Map<String, List<String>> vertices, Set<String> head) {
  /** What separates names within our own networks. */
  public static final String OWN = "_";

  /** What separates names within networks of others, as in {@code layer1.conv1}. */
  public static final String OTHERS = ".";

  /** Keeps the order. */
  public Children {
    vertices = new LinkedHashMap<>(vertices);
    head = Set.copyOf(head);
  }

  /**
   * Those of a network whose head is its output.
   *
   * @param separator what ends the name of a child in that of a vertex
   */
  public static Children of(ComputationGraphConfiguration network, String separator) {
    return of(
        List.copyOf(network.getVertices().keySet()),
        Set.copyOf(network.getNetworkOutputs()),
        separator);
  }

  /** Those of vertices in the order of a network. */
  public static Children of(List<String> vertices, Set<String> head, String separator) {
    Map<String, List<String>> children = new LinkedHashMap<>();
    for (String vertex : vertices) {
      int end = head.contains(vertex) ? -1 : vertex.indexOf(separator);
      String name = end <= 0 ? vertex : vertex.substring(0, end);
      children.computeIfAbsent(name, each -> new ArrayList<>()).add(vertex);
    }
    return new Children(children, head);
  }

  /** Their names in order. */
  public List<String> names() {
    return List.copyOf(vertices.keySet());
  }

  /** The place of a child by its name, or by its index, from the end where that is negative. */
  public OptionalInt place(String child) {
    if (child.matches("-?\\d{1,9}")) {
      int index = Integer.parseInt(child);
      int place = index < 0 ? vertices.size() + index : index;
      return place >= 0 && place < vertices.size() ? OptionalInt.of(place) : OptionalInt.empty();
    }
    int place = names().indexOf(child);
    return place < 0 ? OptionalInt.empty() : OptionalInt.of(place);
  }

  /** The vertices of children {@code first..last}, both included. */
  public List<String> between(int first, int last) {
    List<String> names = names();
    return IntStream.rangeClosed(first, last)
        .mapToObj(names::get)
        .flatMap(name -> vertices.get(name).stream())
        .toList();
  }

  /**
   * How deep each vertex with parameters lies, counted from the input: one level a child that has
   * any; a child of nothing but batch norms is of the level before.
   */
  public Map<String, Integer> depths(ParameterLayout layout) {
    Map<String, Boolean> norms = new LinkedHashMap<>();
    for (ParameterSlot slot : layout.slots()) {
      norms.merge(slot.vertex(), slot.kind().isNorm(), Boolean::logicalAnd);
    }
    Map<String, Integer> depths = new LinkedHashMap<>();
    int depth = -1;
    for (List<String> child : vertices.values()) {
      List<String> own = child.stream().filter(norms::containsKey).toList();
      boolean next = depth < 0 || !own.stream().allMatch(norms::get);
      if (!own.isEmpty() && next) {
        depth++;
      }
      for (String vertex : own) {
        depths.put(vertex, depth);
      }
    }
    return depths;
  }
}
