package io.millrace.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where each parameter of a network lies in its flat vector, in the order of the vector.
 *
 * @param slots all parameters; they cover the vector without gaps
 */
public record ParameterLayout(List<ParameterSlot> slots) implements Serializable {
  public ParameterLayout {
    slots = List.copyOf(slots);
    long end = 0;
    for (ParameterSlot slot : slots) {
      if (slot.offset() != end) {
        throw new IllegalArgumentException(
            "Invalid offset of "
                + slot.vertex()
                + "."
                + slot.name()
                + ": "
                + slot.offset()
                + " (must be "
                + end
                + ")");
      }
      end += slot.length();
    }
  }

  /** The layout of an initialised network, read from its parameter views. */
  public static ParameterLayout of(ComputationGraph net) {
    List<ParameterSlot> slots = new ArrayList<>();
    for (GraphVertex vertex : net.getVertices()) {
      for (Map.Entry<String, INDArray> parameter : parametersOf(vertex).entrySet()) {
        INDArray view = parameter.getValue();
        slots.add(
            new ParameterSlot(
                vertex.getVertexName(),
                parameter.getKey(),
                view.offset() - net.params().offset(),
                view.length(),
                ParameterRole.kind(vertex, parameter.getKey()),
                ParameterRole.isFrozen(vertex, parameter.getKey())));
      }
    }
    slots.sort(Comparator.comparingLong(ParameterSlot::offset));
    return new ParameterLayout(slots);
  }

  /**
   * In words the first parameter in which this layout and that of a run differ in name or place, if
   * there is one.
   */
  public Optional<String> difference(ParameterLayout run) {
    for (int i = 0; i < Math.max(slots.size(), run.slots.size()); i++) {
      ParameterSlot here = i < slots.size() ? slots.get(i) : null;
      ParameterSlot there = i < run.slots.size() ? run.slots.get(i) : null;
      if (here == null || !here.liesAs(there)) {
        return Optional.of("it has %s, the run's %s".formatted(words(here), words(there)));
      }
    }
    return Optional.empty();
  }

  private static String words(ParameterSlot slot) {
    return slot == null
        ? "no more"
        : "%s.%s of %,d elements".formatted(slot.vertex(), slot.name(), slot.length());
  }

  /** The first batch norm of whose mean and variance only one is among those given. */
  public Optional<String> halfANorm(Predicate<ParameterSlot> given) {
    Map<String, Boolean> first = new HashMap<>();
    for (ParameterSlot slot : slots) {
      if (slot.kind().isStatistic()) {
        Boolean other = first.putIfAbsent(slot.vertex(), given.test(slot));
        if (other != null && other != given.test(slot)) {
          return Optional.of(slot.vertex());
        }
      }
    }
    return Optional.empty();
  }

  /** Elements of the flat vector. */
  public long length() {
    return slots.isEmpty()
        ? 0
        : slots.get(slots.size() - 1).offset() + slots.get(slots.size() - 1).length();
  }

  private static Map<String, INDArray> parametersOf(GraphVertex vertex) {
    Map<String, INDArray> parameters = vertex.paramTable(false);
    return parameters == null ? Map.of() : parameters;
  }
}
