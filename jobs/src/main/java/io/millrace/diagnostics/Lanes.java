package io.millrace.diagnostics;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Sums over some rows of floats, each place of a row by itself: of what the values are away from
 * those of the first row, so that nothing is lost where they hardly differ. In floats, which
 * vectorise, and of so few rows that a sum is within 4e-6 of that of its parts' sizes. Not
 * thread-safe.
 */
final class Lanes {
  /** Rows that may be added up. */
  static final int MOST_ROWS = 64;

  private static final float HUGE = Float.MAX_VALUE;

  private final float[] row;
  private final float[] first;
  private final float[] away;
  private final float[] squares;
  private final float[] nonZero;
  private int rows;

  /** Of rows of such a length. */
  Lanes(int length) {
    row = new float[length];
    first = new float[length];
    away = new float[length];
    squares = new float[length];
    nonZero = new float[length];
  }

  /** Begins anew with the next rows of a buffer. */
  Lanes of(FloatBuffer values, int count) {
    Arrays.fill(away, 0);
    Arrays.fill(squares, 0);
    Arrays.fill(nonZero, 0);
    for (rows = 0; rows < count; rows++) {
      values.get(row);
      if (rows == 0) {
        System.arraycopy(row, 0, first, 0, row.length);
      }
      add(row, first, away, squares);
      count(row, nonZero);
    }
    return this;
  }

  private static void add(float[] row, float[] first, float[] away, float[] squares) {
    for (int i = 0; i < row.length; i++) {
      float by = row[i] - first[i];
      away[i] += by;
      squares[i] += by * by;
    }
  }

  /** By arithmetic, as a condition does not vectorise: the least float is made 1, and 0 stays. */
  private static void count(float[] row, float[] nonZero) {
    for (int i = 0; i < row.length; i++) {
      nonZero[i] += Math.min(1, Math.abs(row[i]) * HUGE * HUGE);
    }
  }

  /** Adds them to sums by channel, of which rows have all, once or several times. */
  void addTo(double[] sums, double[] squareSums, long[] counts) {
    for (int i = 0; i < row.length; i++) {
      int c = i % sums.length;
      double from = first[i];
      sums[c] += rows * from + away[i];
      squareSums[c] += rows * from * from + 2 * from * away[i] + squares[i];
      counts[c] += (long) nonZero[i];
    }
  }
}
