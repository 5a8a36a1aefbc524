package io.millrace.state;

import io.millrace.wire.WideVector;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What one {@link Remembered} remembers.
 *
 * @param vectors by name
 * @param figures by name
 */
public record Memory(Map<String, WideVector> vectors, Map<String, Double> figures) {
  /** Copies the maps, in the order of the names. */
  public Memory {
    vectors = new TreeMap<>(vectors);
    figures = new TreeMap<>(figures);
  }

  /** Figures alone. */
  public static Memory of(Map<String, Double> figures) {
    return new Memory(Map.of(), figures);
  }

  /** The same with other vectors. */
  public Memory mapped(UnaryOperator<WideVector> change) {
    Map<String, WideVector> mapped = new TreeMap<>(vectors);
    mapped.replaceAll((name, vector) -> change.apply(vector));
    return new Memory(mapped, figures);
  }

  /** The same with another figure. */
  public Memory with(String name, double figure) {
    Map<String, Double> others = new TreeMap<>(figures);
    others.put(name, figure);
    return new Memory(vectors, others);
  }

  /**
   * A figure.
   *
   * @throws IllegalArgumentException if it is not remembered
   */
  public double figure(String name) {
    return known(name, figures.get(name));
  }

  /**
   * A vector of a length.
   *
   * @throws IllegalArgumentException if it is not remembered, or is of another length
   */
  public WideVector vector(String name, long length) {
    WideVector vector = known(name, vectors.get(name));
    if (vector.length() != length) {
      throw new IllegalArgumentException(
          "Cannot resume: the checkpoint's %s has %d elements (must be %d)"
              .formatted(name, vector.length(), length));
    }
    return vector;
  }

  private static <T> T known(String name, T value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "Cannot resume: the checkpoint remembers no %s".formatted(name));
    }
    return value;
  }
}
