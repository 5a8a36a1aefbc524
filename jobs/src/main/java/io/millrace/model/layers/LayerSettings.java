package io.millrace.model.layers;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * The settings with which a layer computes what a native one does. Every field of the layer has to
 * be named here, so that one that nobody has thought of leaves the layer to DL4J.
 */
public final class LayerSettings {
  private final Set<Class<?>> types;
  private final Map<String, Predicate<Object>> fields = new HashMap<>();

  /** Settings of layers of exactly these classes. */
  public LayerSettings(Class<?>... types) {
    this.types = Set.of(types);
    // Constraints are DL4J's work after an update. Only layers with weights read their dropout.
    any("layerName", "constraints").only("iDropout", Objects::isNull);
  }

  /** And the settings that all layers with weights have; what is for the updater or the start. */
  public LayerSettings withWeights() {
    return any("weightInitFn", "biasInit", "gainInit", "regularization", "regularizationBias")
        .any("iUpdater", "biasUpdater", "gradientNormalization", "gradientNormalizationThreshold")
        .any("nIn", "nOut", "timeDistributedFormat")
        .only("weightNoise", Objects::isNull);
  }

  /** Fields that the native layer honours, or that change nothing. */
  public LayerSettings any(String... names) {
    for (String name : names) {
      fields.put(name, value -> true);
    }
    return this;
  }

  /** A field that has to have such a value. */
  public LayerSettings only(String name, Predicate<Object> allowed) {
    fields.put(name, allowed);
    return this;
  }

  boolean allow(Layer layer) {
    return refusal(layer).isEmpty();
  }

  /** What of a layer is not served, in words; nothing if all of it is. */
  public Optional<String> refusal(Layer layer) {
    if (!types.contains(layer.getClass())) {
      return Optional.of("it is a " + layer.getClass().getSimpleName());
    }
    for (Class<?> type = layer.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean setting = !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic();
        if (setting && !allows(field, layer)) {
          return Optional.of("its %s is %s".formatted(field.getName(), words(value(field, layer))));
        }
      }
    }
    return Optional.empty();
  }

  private boolean allows(Field field, Layer layer) {
    Predicate<Object> allowed = fields.get(field.getName());
    return allowed != null && allowed.test(value(field, layer));
  }

  private static Object value(Field field, Layer layer) {
    try {
      field.setAccessible(true);
      return field.get(layer);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot read " + field, e);
    }
  }

  private static String words(Object value) {
    String text = value instanceof int[] numbers ? Arrays.toString(numbers) : "" + value;
    return text.lines().findFirst().orElse("");
  }
}
