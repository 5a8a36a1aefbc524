package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.stepfunctions.NegativeGradientStepFunction;
import org.deeplearning4j.nn.conf.stepfunctions.StepFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** By reflection, so that a setting which a later DL4J adds cannot be lost. */
class LinearGraphTest {
  private static final Set<String> LAYERS = Set.of("confs", "inputPreProcessors");

  static Stream<Field> settingsOfStacks() {
    return fields(MultiLayerConfiguration.class).filter(field -> !LAYERS.contains(field.getName()));
  }

  static Stream<Field> settingsOfLayers() {
    return fields(NeuralNetConfiguration.class).filter(field -> !field.getName().equals("layer"));
  }

  static Stream<Field> settingsOfGraphs() {
    return fields(ComputationGraphConfiguration.class);
  }

  @ParameterizedTest
  @MethodSource("settingsOfStacks")
  void keepsEverySettingOfTheStack(Field setting) throws ReflectiveOperationException {
    MultiLayerConfiguration stack = stack();
    Object value = other(setting, stack);
    Field kept = ComputationGraphConfiguration.class.getDeclaredField(setting.getName());
    kept.setAccessible(true);
    assertThat(kept.get(LinearGraph.of(stack))).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("settingsOfLayers")
  void keepsEverySettingOfALayer(Field setting) throws ReflectiveOperationException {
    MultiLayerConfiguration stack = stack();
    Object value = other(setting, stack.getConf(1));
    LayerVertex vertex = (LayerVertex) LinearGraph.of(stack).getVertices().get("1");
    assertThat(setting.get(vertex.getLayerConf())).isEqualTo(value);
  }

  /** As a {@code MultiLayerNetwork} does. */
  @ParameterizedTest
  @MethodSource("settingsOfLayers")
  void takesItsDefaultsFromTheFirstLayer(Field setting) throws ReflectiveOperationException {
    MultiLayerConfiguration stack = stack();
    Object value = other(setting, stack.getConf(0));
    Object kept = setting.get(LinearGraph.of(stack).getDefaultConfiguration());
    assertThat(kept).isEqualTo(setting.getName().equals("variables") ? List.of() : value);
  }

  @Test
  void keepsLayersAndPreprocessors() {
    MultiLayerConfiguration stack = stack();
    LayerVertex second = (LayerVertex) LinearGraph.of(stack).getVertices().get("1");
    assertThat(second.getPreProcessor()).isEqualTo(stack.getInputPreProcess(1));
    stack.getConf(1).getLayer().setLayerName("1");
    assertThat(second.getLayerConf()).isEqualTo(stack.getConf(1));
  }

  @ParameterizedTest
  @MethodSource("settingsOfGraphs")
  void aCopyKeepsEverySettingOfAGraph(Field setting) throws ReflectiveOperationException {
    ComputationGraphConfiguration graph = LinearGraph.of(stack());
    MergeVertex merge = new MergeVertex();
    merge.setMergeAxis(3);
    graph.getVertices().put("merge", merge);
    graph.setTopologicalOrder(new int[] {0, 2, 1});
    graph.setTopologicalOrderStr(List.of("a", "b"));
    if (setting.getType().isPrimitive() || setting.getType().isEnum()) {
      other(setting, graph);
    }
    Object copied = setting.get(NetworkCopy.of(graph));
    assertThat(copied).usingRecursiveComparison().isEqualTo(setting.get(graph));
  }

  /** DL4J's own clone merges NHWC images along their height. */
  @Test
  void whatIsSavedKeepsTheAxisOfAMerge() {
    ComputationGraphConfiguration graph = LinearGraph.of(stack());
    MergeVertex merge = new MergeVertex();
    merge.setMergeAxis(3);
    graph.getVertices().put("merge", merge);
    assertThat(NetworkJson.of(graph)).contains("\"mergeAxis\" : 3");
  }

  private static Stream<Field> fields(Class<?> type) {
    return Stream.of(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .peek(field -> field.setAccessible(true));
  }

  /** Sets a field to a value that it does not have. */
  private static Object other(Field field, Object owner) throws IllegalAccessException {
    Object now = field.get(owner);
    Object then;
    if (field.getType() == boolean.class) {
      then = !(boolean) now;
    } else if (field.getType() == int.class) {
      then = (int) now + 7;
    } else if (field.getType() == long.class) {
      then = (long) now + 7;
    } else if (field.getType().isEnum()) {
      then =
          Stream.of(field.getType().getEnumConstants())
              .filter(one -> one != now)
              .findFirst()
              .orElseThrow();
    } else if (field.getType() == StepFunction.class) {
      then = new NegativeGradientStepFunction();
    } else if (field.getName().equals("variables")) {
      then = List.of("W", "b");
    } else {
      throw new AssertionError("Nothing says what becomes of " + field);
    }
    field.set(owner, then);
    return then;
  }

  private static MultiLayerConfiguration stack() {
    MultiLayerConfiguration stack =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
            .layer(new DenseLayer.Builder().nIn(3).nOut(2).dropOut(0.5).build())
            .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
            .build();
    stack.getInputPreProcessors().put(1, new CnnToFeedForwardPreProcessor(1, 1, 3));
    return stack;
  }
}
