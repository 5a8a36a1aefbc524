package io.millrace.formats;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A layer of a Keras 2 model.
 *
 * @param kind Keras' name of its class
 * @param config its settings
 * @param inputs names of the layers in front of it
 */
record KerasLayer(String name, String kind, JsonNode config, List<String> inputs) {
  /**
   * Keys that say nothing of what a layer computes from its weights: how these started, how they
   * were trained, and what its input was.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "name",
          "trainable",
          "dtype",
          "batch_input_shape",
          "input_shape",
          "kernel_initializer",
          "bias_initializer",
          "depthwise_initializer",
          "beta_initializer",
          "gamma_initializer",
          "moving_mean_initializer",
          "moving_variance_initializer",
          "kernel_regularizer",
          "bias_regularizer",
          "depthwise_regularizer",
          "activity_regularizer",
          "beta_regularizer",
          "gamma_regularizer",
          "kernel_constraint",
          "bias_constraint",
          "depthwise_constraint",
          "beta_constraint",
          "gamma_constraint",
          "sparse",
          "ragged",
          "seed");

  /** Checks that nothing is set but what is known to be read. */
  void requireOnly(Set<String> known) throws IOException {
    var names = config.fieldNames();
    while (names.hasNext()) {
      String key = names.next();
      if (!known.contains(key) && !HARMLESS.contains(key)) {
        throw refused(key, "left out");
      }
    }
    require("dtype", "float32");
  }

  /** Checks that a key is left out, null, or has the one value that is read. */
  void require(String key, Object value) throws IOException {
    JsonNode is = config.path(key);
    boolean right =
        is.isMissingNode()
            || is.isNull()
            || is.asText().equals(value.toString())
            || is.toString().equals(value.toString())
            || value instanceof Double number && is.isNumber() && is.asDouble() == number;
    if (!right) {
      throw refused(key, value.toString());
    }
  }

  WrongInputException refused(String key, String rule) {
    return new WrongInputException(
        "its %s %s has %s %s (must be %s)"
            .formatted(
                Words.line(kind),
                Words.line(name),
                Words.line(key),
                Words.line(config.path(key).toString()),
                rule));
  }

  WrongInputException refused(String reason) {
    return new WrongInputException(
        "its %s %s %s".formatted(Words.line(kind), Words.line(name), reason));
  }

  String text(String key) {
    return config.path(key).asText();
  }

  boolean flag(String key) {
    return config.path(key).asBoolean(true);
  }

  double number(String key, double least, double most) throws IOException {
    JsonNode is = config.path(key);
    if (!is.isNumber() || !(is.asDouble() >= least && is.asDouble() <= most)) {
      throw refused(key, "a number from %s to %s".formatted(least, most));
    }
    return is.asDouble();
  }

  /** Two sides, of which Keras may write one for both; where the key is null, those given. */
  int[] sides(String key, int... otherwise) throws IOException {
    JsonNode is = config.path(key);
    if (is.isNull() && otherwise.length == 2) {
      return otherwise;
    }
    int[] sides = new int[2];
    for (int i = 0; i < 2; i++) {
      JsonNode side = is.isArray() && is.size() == 2 ? is.get(i) : is;
      if (!side.isInt() || side.asInt() < 1 || side.asInt() > 1024) {
        throw refused(key, "two sides from 1 to 1024");
      }
      sides[i] = side.asInt();
    }
    return sides;
  }
}
