package io.millrace.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.model.ImageShape;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The layers of a Keras 2 model in an order in which each comes behind its inputs, from {@code
 * model_config}: a Sequential, or a functional model of one input and one output. Layers that are
 * used twice, and models inside of models, are refused.
 *
 * @param layers without those of the input
 * @param images that the model takes
 */
record KerasJson(List<KerasLayer> layers, ImageShape images) {
  private static final int MAX_LAYERS = 2_000;
  private static final int MAX_SIDE = 1 << 14;
  private static final String CONFIG = "config";
  private static final String CLASS = "class_name";
  private static final String INPUT = "InputLayer";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The vertex that images come from. */
  static final String IMAGES = "image";

  static KerasJson parse(String text) throws IOException {
    JsonNode model;
    try {
      model = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new WrongInputException("its model_config is no right JSON", e);
    }
    JsonNode config = model.path(CONFIG);
    return switch (model.path(CLASS).asText()) {
      case "Sequential" -> sequential(config.isArray() ? config : config.path("layers"));
      case "Model", "Functional" -> functional(config);
      default ->
          throw new WrongInputException(
              "it is a %s (must be a Sequential or a functional model)"
                  .formatted(Words.line(model.path(CLASS).asText("model without a class"))));
    };
  }

  private static KerasJson sequential(JsonNode nodes) throws IOException {
    List<KerasLayer> layers = new ArrayList<>();
    String top = IMAGES;
    for (JsonNode node : nodes) {
      KerasLayer layer = layer(node, List.of(top));
      if (!layer.kind().equals(INPUT)) {
        top = layer.name();
      }
      layers.add(layer);
    }
    return of(layers, layers.isEmpty() ? null : layers.get(0));
  }

  private static KerasJson functional(JsonNode config) throws IOException {
    String input = only(config, "input_layers");
    List<KerasLayer> layers = new ArrayList<>();
    KerasLayer first = null;
    for (JsonNode node : config.path("layers")) {
      List<String> inputs = new ArrayList<>();
      JsonNode uses = node.path("inbound_nodes");
      for (JsonNode each : uses.size() == 1 ? uses.get(0) : JSON.createArrayNode()) {
        inputs.add(tensor(each).equals(input) ? IMAGES : tensor(each));
      }
      KerasLayer layer = layer(node, inputs);
      boolean isInput = layer.kind().equals(INPUT);
      if (isInput != (uses.isEmpty() && layer.name().equals(input)) || uses.size() > 1) {
        throw layer.refused("is used more than once, or not at all");
      }
      first = isInput ? layer : first;
      layers.add(layer);
    }
    KerasJson model = of(layers, first);
    String last = model.layers.get(model.layers.size() - 1).name();
    if (!last.equals(only(config, "output_layers"))) {
      throw new WrongInputException("its output is not its last layer, " + Words.line(last));
    }
    return model;
  }

  private static String only(JsonNode config, String key) throws IOException {
    JsonNode ends = config.path(key);
    if (ends.size() != 1) {
      throw new WrongInputException("it has %d %s (must be 1)".formatted(ends.size(), key));
    }
    return tensor(ends.get(0));
  }

  /** A name of [name, 0, 0] or [name, 0, 0, {}]. */
  private static String tensor(JsonNode node) throws IOException {
    boolean plain =
        node.path(0).isTextual()
            && node.path(1).asInt(-1) == 0
            && node.path(2).asInt(-1) == 0
            && node.path(3).isEmpty();
    if (!plain) {
      throw new WrongInputException(
          "it uses a layer in a way of its own: " + Words.line(node.toString()));
    }
    return node.get(0).asText();
  }

  private static KerasLayer layer(JsonNode node, List<String> inputs) throws IOException {
    JsonNode config = node.path(CONFIG);
    String name = config.path("name").asText();
    KerasLayer layer = new KerasLayer(name, node.path(CLASS).asText(), config, inputs);
    if (!name.matches("[\\w.\\-]{1,128}") || name.equals(IMAGES)) {
      throw layer.refused("has a name that no layer here may have");
    }
    return layer;
  }

  private static KerasJson of(List<KerasLayer> all, KerasLayer first) throws IOException {
    List<KerasLayer> layers = new ArrayList<>(all);
    layers.removeIf(layer -> layer.kind().equals(INPUT));
    if (layers.isEmpty() || layers.size() > MAX_LAYERS || first == null) {
      throw new WrongInputException("it has %d layers".formatted(layers.size()));
    }
    Set<String> known = new HashSet<>(Set.of(IMAGES));
    for (KerasLayer layer : layers) {
      if (layer.inputs().isEmpty()
          || !known.containsAll(layer.inputs())
          || !known.add(layer.name())) {
        throw layer.refused("does not come once, behind its inputs");
      }
    }
    return new KerasJson(layers, images(first));
  }

  private static ImageShape images(KerasLayer first) throws IOException {
    first.require("dtype", "float32");
    JsonNode shape = first.config().path("batch_input_shape");
    int[] sides = new int[3];
    for (int i = 0; i < 3; i++) {
      sides[i] = shape.size() == 4 ? shape.get(i + 1).asInt() : 0;
      if (sides[i] < 1 || sides[i] > MAX_SIDE) {
        throw first.refused("batch_input_shape", "null, height, width, channels");
      }
    }
    return new ImageShape(sides[0], sides[1], sides[2]);
  }
}
