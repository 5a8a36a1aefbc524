package io.millrace.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reference values made by PyTorch, or in double precision. */
public final class Oracle {
  private final JsonNode root;

  public Oracle(String file) {
    try (InputStream in = Oracle.class.getResourceAsStream("/oracles/" + file)) {
      root = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public double[] vector(String key) {
    return vector(root.at("/" + key));
  }

  public double number(String key) {
    JsonNode node = root.at("/" + key);
    if (!node.isNumber()) {
      throw new IllegalArgumentException("no such figure: " + key);
    }
    return node.doubleValue();
  }

  /** What stands there, of any kind. */
  public JsonNode node(String key) {
    JsonNode node = root.at("/" + key);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("no such entry: " + key);
    }
    return node;
  }

  public boolean has(String key) {
    return !root.at("/" + key).isMissingNode();
  }

  public double[][] rows(String key) {
    JsonNode node = root.at("/" + key);
    if (!node.isArray() || node.isEmpty()) {
      throw new IllegalArgumentException("no such table: " + key);
    }
    double[][] rows = new double[node.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = vector(node.get(i));
    }
    return rows;
  }

  private static double[] vector(JsonNode node) {
    if (!node.isArray() || node.isEmpty()) {
      throw new IllegalArgumentException("no such table");
    }
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).doubleValue();
    }
    return values;
  }
}
