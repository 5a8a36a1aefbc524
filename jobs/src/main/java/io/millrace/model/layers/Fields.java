package io.millrace.model.layers;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What DL4J's layer configurations do in private: copy themselves, and set up a new layer. */
final class Fields {
  private Fields() {}

  /** Copies the fields that {@code type} and its superclasses declare. */
  static <T> void copy(T from, T to, Class<T> type) {
    try {
      for (Class<?> declaring = type; declaring != Object.class; ) {
        for (Field field : declaring.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            field.set(to, field.get(from));
          }
        }
        declaring = declaring.getSuperclass();
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot copy a " + type.getName(), e);
    }
  }

  /** Gives a new layer its parameters, as each of DL4J's {@code instantiate} methods does. */
  static Layer ready(
      Layer layer,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(conf.getLayer().initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }
}
