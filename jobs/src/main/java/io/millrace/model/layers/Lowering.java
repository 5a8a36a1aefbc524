package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.layers.NativeLayer.Narrow;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Lowers the vertices of a network to native layers, one by one, where there is one that serves.
 * Dense and output layers stay DL4J's in single precision: they are one matrix product each way,
 * into place, and less than a hundredth of a residual network's update.
 */
final class Lowering {
  private final GraphRewrite graph;
  private final ArrayMemory memory;
  private final Numbers numbers;
  private final boolean fuses;
  private final Set<String> fixedNorms;

  /**
   * Nothing yet.
   *
   * @param graph what is rewritten
   * @param memory where arrays lie
   * @param numbers in which layers compute
   * @param fuses whether what follows a layer may become part of it
   * @param fixedNorms batch norms that are frozen
   */
  Lowering(
      GraphRewrite graph,
      ArrayMemory memory,
      Numbers numbers,
      boolean fuses,
      Set<String> fixedNorms) {
    this.graph = graph;
    this.memory = memory;
    this.numbers = numbers;
    this.fuses = fuses;
    this.fixedNorms = fixedNorms;
  }

  /** Lowers those of these vertices that can be, in their order. */
  void lower(Set<String> vertices) {
    vertices.forEach(this::lower);
  }

  /** Fixes frozen batch norms that no native layer serves. */
  void fix() {
    fixedNorms.forEach(this::fix);
  }

  private void fix(String name) {
    GraphVertex vertex = graph.vertex(name);
    if (vertex instanceof LayerVertex layer && !(vertex instanceof NativeLayer)) {
      graph.replace(
          name,
          new NativeLayer(
              layer, Narrow.NEITHER, (conf, type, gradients) -> new FixedNormLayer(conf, type)),
          "frozen batch norm");
    }
  }

  private void lower(String name) {
    GraphVertex vertex = graph.vertex(name);
    if (vertex == null || graph.written().hasWrittenInput(name)) {
      return;
    }
    if (vertex instanceof LayerVertex layer) {
      lowerLayer(name, layer);
    }
    if (memory == ArrayMemory.HOST) {
      graph.inputFormat(name).ifPresent(format -> lowerOnImages(name, vertex, format));
    }
  }

  private void lowerLayer(String name, LayerVertex vertex) {
    Layer layer = vertex.getLayerConf().getLayer();
    if (NativeSettings.servesConvolution(layer, memory)) {
      boolean written = graph.written().hasWrittenOutput(name);
      ArrayMemory arrays = memory; // makers are copied with the configuration, this is not
      graph.replace(
          name,
          new NativeLayer(
              vertex,
              narrow((ConvolutionLayer) layer),
              (conf, type, gradients) ->
                  new NativeConvolutionLayer(conf, type, gradients, written, arrays)),
          layer instanceof DepthwiseConvolution2D
              ? "native depthwise convolution"
              : "native convolution");
    } else if (memory == ArrayMemory.HOST && NativeSettings.servesPooling(layer)) {
      graph.replace(
          name,
          new NativeLayer(vertex, Narrow.IN_AND_OUT, NativePoolingLayer::new),
          "native pooling");
    } else if (!numbers.isFull() && NativeSettings.servesDense(layer)) {
      lowerDense(name, vertex, layer instanceof OutputLayer);
    }
  }

  /** Activation functions are computed in fp32. */
  private static Narrow narrow(ConvolutionLayer layer) {
    return layer.getActivationFn() instanceof ActivationIdentity ? Narrow.IN_AND_OUT : Narrow.IN;
  }

  /** In single precision dense layers stay DL4J's. */
  private void lowerDense(String name, LayerVertex vertex, boolean output) {
    Numbers own = numbers.around();
    graph.replace(
        name,
        new NativeLayer(
            vertex,
            Narrow.NEITHER,
            output
                ? (conf, type, gradients) -> new NarrowOutputLayer(conf, type, own)
                : (conf, type, gradients) -> new NarrowDenseLayer(conf, type, own)),
        output ? "narrow output" : "narrow dense");
  }

  /** What has to know that its inputs are images, and of which format. */
  private void lowerOnImages(String name, GraphVertex vertex, CNN2DFormat format) {
    if (vertex.getClass() == ElementWiseVertex.class
        && ((ElementWiseVertex) vertex).getOp() == ElementWiseVertex.Op.Add) {
      Optional<String> relu = fuses ? graph.fuseRelu(name) : Optional.empty();
      boolean written = graph.written().hasWrittenOutput(relu.orElse(name));
      graph.replace(
          name,
          new NativeSum(format, relu.isPresent(), written),
          relu.isPresent() ? "native add + relu" : "native add");
    } else if (graph.isRelu(name)) {
      boolean written = graph.written().hasWrittenOutput(name);
      graph.replace(name, new NativeSum(format, true, written), "native relu");
    } else if (vertex instanceof LayerVertex node) {
      Layer layer = node.getLayerConf().getLayer();
      if (NativeSettings.servesBatchNorm(layer)) {
        lowerBatchNorm(name, node);
      } else if (NativeSettings.servesActivation(layer)) {
        graph.replace(
            name,
            new NativeLayer(
                node,
                Narrow.NEITHER,
                (conf, type, gradients) ->
                    new NativeActivationLayer(conf, type, gradients, format)),
            "native activation");
      } else if (NativeSettings.servesGlobalPooling(layer, format)) {
        graph.replace(
            name,
            new NativeLayer(
                node,
                Narrow.IN,
                (conf, type, gradients) ->
                    new NativeGlobalPoolingLayer(conf, type, gradients, format)),
            "native global pooling");
      }
    }
  }

  private void lowerBatchNorm(String name, LayerVertex vertex) {
    boolean relu = fuses && graph.fuseRelu(name).isPresent();
    if (fixedNorms.contains(name)) {
      graph.replace(
          name,
          new NativeLayer(
              vertex,
              Narrow.NEITHER,
              (conf, type, gradients) ->
                  new NativeBatchNormLayer(conf, type, gradients, relu, true)),
          relu ? "native frozen batch norm + relu" : "native frozen batch norm");
      return;
    }
    graph.replace(
        name,
        new NativeLayer(
            vertex,
            Narrow.IN_AND_OUT,
            (conf, type, gradients) ->
                new NativeBatchNormLayer(conf, type, gradients, relu, false)),
        relu ? "native batch norm + relu" : "native batch norm");
  }
}
