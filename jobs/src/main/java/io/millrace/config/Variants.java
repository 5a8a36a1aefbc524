package io.millrace.config;

import io.millrace.image.ImageOperation;
import io.millrace.image.ImageOperations;
import java.util.Map;

/** The records that may stand where a config names an interface. */
final class Variants {
  private static final Map<Class<?>, Map<String, ? extends Class<?>>> REGISTRIES =
      Map.of(ImageOperation.class, ImageOperations.byName());

  private Variants() {}

  /** The records by the name that a config gives them. */
  static Map<String, ? extends Class<?>> of(Class<?> type) {
    return REGISTRIES.get(type);
  }

  /** The name of a variant in a config. */
  static String name(Class<?> type, Object variant) {
    return of(type).entrySet().stream()
        .filter(entry -> entry.getValue() == variant.getClass())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }
}
