package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;

/** Vertices that make one tensor of several, of the same shape or side by side, or scale one. */
final class Combining {
  private static final Map<ElementWiseVertex.Op, String> OPERATORS =
      new EnumMap<>(
          Map.of(
              ElementWiseVertex.Op.Add, "Sum",
              ElementWiseVertex.Op.Average, "Mean",
              ElementWiseVertex.Op.Max, "Max",
              ElementWiseVertex.Op.Subtract, "Sub",
              ElementWiseVertex.Op.Product, "Mul"));

  private Combining() {}

  /** Writes a vertex, and returns the tensor with its output; refuses what it does not know. */
  static String write(OnnxGraph graph, GraphVertex vertex, Place place) {
    int inputs = place.inputs().size();
    if (vertex.getClass() == MergeVertex.class && ((MergeVertex) vertex).getMergeAxis() == 1) {
      return inputs == 1
          ? place.input()
          : graph.node("Concat", place.name(), place.inputs(), attribute("axis", 1));
    }
    if (vertex.getClass() == ElementWiseVertex.class) {
      ElementWiseVertex.Op op = ((ElementWiseVertex) vertex).getOp();
      boolean ofTwo = op == ElementWiseVertex.Op.Subtract || op == ElementWiseVertex.Op.Product;
      boolean alike = place.types().stream().distinct().count() == 1;
      if (!alike || (ofTwo && inputs != 2)) {
        throw place.refusal("it is %s of %s".formatted(op, place.types()));
      }
      return graph.node(OPERATORS.get(op), place.name(), place.inputs());
    }
    if (vertex.getClass() == ScaleVertex.class) {
      float factor = (float) ((ScaleVertex) vertex).getScaleFactor();
      String weights = graph.weights(place.name() + "_factor", new float[] {factor});
      return graph.node("Mul", place.name(), List.of(place.input(), weights));
    }
    throw place.refusal("it is a " + vertex.getClass().getSimpleName());
  }
}
