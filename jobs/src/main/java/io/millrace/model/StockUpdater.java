package io.millrace.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.learning.config.IUpdater;

/** Gives every layer of a network the same updater of DL4J, its biases too. */
public final class StockUpdater {
  private StockUpdater() {}

  /** Sets the updater of all vertices in place. */
  public static void set(ComputationGraphConfiguration network, IUpdater updater) {
    network.getVertices().values().forEach(vertex -> set(vertex, updater));
  }

  private static void set(GraphVertex vertex, IUpdater updater) {
    if (vertex instanceof LayerVertex layer) {
      set(layer.getLayerConf().getLayer(), updater);
    } else if (vertex instanceof FrozenVertex frozen) {
      set(frozen.getUnderlying(), updater);
    } else if (vertex instanceof SameDiffVertex own) {
      own.setUpdater(updater);
      own.setBiasUpdater(null);
    }
  }

  private static void set(Layer layer, IUpdater updater) {
    if (layer instanceof BaseLayer base) {
      base.setIUpdater(updater);
      base.setBiasUpdater(null);
    } else if (layer instanceof FrozenLayer frozen) {
      set(frozen.getLayer(), updater);
    } else if (layer instanceof BaseWrapperLayer wrapper) {
      set(wrapper.getUnderlying(), updater);
    } else if (layer instanceof Bidirectional both) {
      set(both.getFwd(), updater);
      set(both.getBwd(), updater);
    } else if (layer instanceof AbstractSameDiffLayer own) {
      own.setUpdater(updater);
      own.setBiasUpdater(null);
    }
  }
}
