package io.millrace.model;

import io.millrace.model.ParameterSlot.Kind;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * What a parameter of an initialised network is to whoever updates it, told by what DL4J itself
 * would do with it. A layer inside of a wrapper is looked at as if it stood alone.
 */
public final class ParameterRole {
  private ParameterRole() {}

  /** What parameter {@code name} of a layer or vertex is. */
  public static Kind kind(Trainable owner, String name) {
    if (owner.getConfig() instanceof SameDiffVertex vertex) {
      return vertex.getVertexParams().isBiasParam(name) ? Kind.BIAS : Kind.WEIGHT;
    }
    Layer layer = layer(owner);
    if (layer == null) {
      return Kind.WEIGHT;
    }
    var conf = layer.conf().getLayer();
    if (conf instanceof BatchNormalization) {
      return switch (name) {
        case BatchNormalizationParamInitializer.GAMMA -> Kind.GAMMA;
        case BatchNormalizationParamInitializer.BETA -> Kind.BETA;
        case BatchNormalizationParamInitializer.GLOBAL_MEAN -> Kind.MEAN;
        default -> Kind.VARIANCE;
      };
    }
    if (conf instanceof BaseLayer base && stepsItself(base, name)) {
      return Kind.CENTER;
    }
    return conf.initializer().isBiasParam(conf, name) ? Kind.BIAS : Kind.WEIGHT;
  }

  /**
   * Whether parameter {@code name} of a layer or vertex stays as it is while the network trains.
   */
  public static boolean isFrozen(Trainable owner, String name) {
    return owner.getConfig() instanceof DummyConfig
        || owner.getConfig().isPretrainParam(name)
        || isFrozen(layer(owner));
  }

  private static boolean isFrozen(Layer layer) {
    return layer instanceof FrozenLayer
        || layer instanceof FrozenLayerWithBackprop
        || (layer instanceof BaseWrapperLayer wrapper && isFrozen(wrapper.getUnderlying()));
  }

  /** Whether the layer's class, and not its configuration, says that no updater may touch it. */
  private static boolean stepsItself(BaseLayer layer, String name) {
    IUpdater updater = layer.getUpdaterByParam(name);
    return updater instanceof NoOp
        && updater != layer.getIUpdater()
        && updater != layer.getBiasUpdater();
  }

  /** The layer of a vertex, or the owner itself; null for a vertex without one. */
  private static Layer layer(Trainable owner) {
    if (owner instanceof GraphVertex vertex) {
      return vertex.hasLayer() ? vertex.getLayer() : null;
    }
    return owner instanceof Layer layer ? layer : null;
  }
}
