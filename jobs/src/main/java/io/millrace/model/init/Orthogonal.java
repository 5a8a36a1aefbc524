package io.millrace.model.init;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.QRDecomposition;

/**
 * A random orthogonal matrix [outputs, fanIn] times the gain: {@code W W' = gain^2 I}, or {@code W'
 * W = gain^2 I} where there are more rows than columns. W is the Q of a matrix A of normal numbers,
 * {@code A = Q R} with a positive diagonal of R, which makes all orthogonal matrices equally
 * likely. In double, on one thread, with side s and t columns of the taller way in {@code O(s
 * t^2)}.
 *
 * <p>Andrew Saxe, James McClelland, Surya Ganguli: Exact solutions to the nonlinear dynamics of
 * learning in deep linear neural networks (2013, arXiv 1312.6120).
 */
@Named(
    value = "orthogonal",
    doc = "Rows or columns of [outputs, fan in] orthogonal, of length gain, whichever are fewer.")
public record Orthogonal(
    @Key(doc = Gain.DOC, value = "linear") Gain gain,
    @Key(doc = Gain.SLOPE_DOC, value = "null") Double slope)
    implements Initializer {
  /** Checks the slope. */
  public Orthogonal {
    gain.check(slope);
  }

  @Override
  public void fill(float[] values, WeightShape shape, RandomGenerator random) {
    int rows = Math.toIntExact(shape.outputs());
    int columns = Math.toIntExact(shape.fanIn());
    boolean wide = rows < columns;
    double[][] tall = new double[Math.max(rows, columns)][Math.min(rows, columns)];
    for (double[] row : tall) {
      for (int j = 0; j < row.length; j++) {
        row[j] = random.nextGaussian();
      }
    }
    orthogonalise(tall);
    double factor = Math.sqrt(gain.squared(slope));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        values[shape.index(i, j)] = (float) (factor * (wide ? tall[j][i] : tall[i][j]));
      }
    }
  }

  /** Makes Q of A, a row at a time: {@code q R = a}, with the sign of R's diagonal taken out. */
  private static void orthogonalise(double[][] matrix) {
    double[][] r = new QRDecomposition(new Array2DRowRealMatrix(matrix, false)).getR().getData();
    for (double[] row : matrix) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= Math.abs(r[j][j]);
        double share = row[j] * Math.signum(r[j][j]);
        for (int k = j + 1; k < row.length; k++) {
          row[k] -= share * r[j][k];
        }
      }
    }
  }
}
