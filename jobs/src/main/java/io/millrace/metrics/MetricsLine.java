package io.millrace.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An epoch as a line of metrics.jsonl and back. {@code seconds.read} is key {@code read} in the
 * object {@code seconds}: of a name with several dots the first counts. What is not a number is
 * null.
 */
final class MetricsLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private MetricsLine() {}

  static String of(EpochMetrics epoch) {
    ObjectNode line = JSON.createObjectNode();
    line.put("epoch", epoch.epoch());
    line.put("ended_at", epoch.endedAt());
    epoch.figures().forEach((name, figure) -> put(line, name, figure));
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(ObjectNode line, String name, Number figure) {
    int dot = name.indexOf('.');
    ObjectNode place = dot < 0 ? line : line.withObject("/" + name.substring(0, dot));
    place.set(name.substring(dot + 1), node(figure));
  }

  private static JsonNode node(Number figure) {
    if (figure instanceof Long whole) {
      return LongNode.valueOf(whole);
    }
    double value = figure.doubleValue();
    return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
  }

  /** The epoch of a line; none of one that is damaged. */
  static Optional<EpochMetrics> read(String text) {
    JsonNode line;
    try {
      line = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    int epoch = line.path("epoch").asInt();
    if (epoch < 1) {
      return Optional.empty();
    }
    Map<String, Number> figures = new LinkedHashMap<>();
    collect("", line, figures);
    return Optional.of(new EpochMetrics(epoch, line.path("ended_at").asText(), figures));
  }

  private static void collect(String path, JsonNode object, Map<String, Number> figures) {
    object
        .fields()
        .forEachRemaining(
            each -> {
              String name = path + each.getKey();
              if (each.getValue().isObject()) {
                collect(name + ".", each.getValue(), figures);
              } else if (!name.equals("epoch") && !name.equals("ended_at")) {
                figures.put(name, number(each.getValue()));
              }
            });
  }

  private static Number number(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    return value.isNumber() ? (Number) value.doubleValue() : Double.NaN;
  }
}
