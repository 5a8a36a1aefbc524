package io.millrace.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * How well one class k is told from the others, by the confusion C by [true][predicted]: precision
 * {@code C_kk / sum_i C_ik}, recall {@code C_kk / sum_j C_kj}, F1 {@code 2 C_kk / (sum_i C_ik +
 * sum_j C_kj)}, their harmonic mean; null where nothing is divided by.
 *
 * @param name name of the class
 * @param precision share of those taken for it that are it
 * @param recall share of it that is found
 * @param f1 harmonic mean of both
 * @param support its examples
 */
public record ClassQuality(String name, Double precision, Double recall, Double f1, long support) {
  /**
   * Of every class, in their order.
   *
   * @param confusion examples by [true class][predicted class]
   */
  public static List<ClassQuality> of(List<String> classes, long[][] confusion) {
    long[] predicted = new long[confusion.length];
    long[] there = new long[confusion.length];
    for (int i = 0; i < confusion.length; i++) {
      for (int j = 0; j < confusion.length; j++) {
        there[i] += confusion[i][j];
        predicted[j] += confusion[i][j];
      }
    }
    List<ClassQuality> all = new ArrayList<>();
    for (int k = 0; k < confusion.length; k++) {
      long right = confusion[k][k];
      all.add(
          new ClassQuality(
              classes.get(k),
              share(right, predicted[k]),
              share(right, there[k]),
              share(2 * right, predicted[k] + there[k]),
              there[k]));
    }
    return all;
  }

  private static Double share(long part, long whole) {
    return whole == 0 ? null : (double) part / whole;
  }
}
