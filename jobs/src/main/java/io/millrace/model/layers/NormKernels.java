package io.millrace.model.layers;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The passes of a batch norm over rows of channels, [rows, C] in memory order, with the ReLU that
 * may follow it. One object serves one layer on one thread; it keeps its tables.
 */
final class NormKernels {
  /** Chunks after which float sums are moved to double ones. */
  private static final int FOLD = 64;

  private final int channels;
  private final int lanes;
  private final float[] tableA;
  private final float[] tableB;
  private final float[] tableC;
  private final float[] tableD;
  private final float[] tableE;
  private final float[] sumA;
  private final float[] sumB;

  NormKernels(int channels) {
    this.channels = channels;
    lanes = Chunks.lanes(channels);
    tableA = new float[lanes];
    tableB = new float[lanes];
    tableC = new float[lanes];
    tableD = new float[lanes];
    tableE = new float[lanes];
    sumA = new float[lanes];
    sumB = new float[lanes];
  }

  /** Mean and biased variance of each channel; sums are taken about the first row. */
  void statistics(INDArray rows, double[] mean, double[] variance) {
    int length = Math.toIntExact(rows.length());
    float[] shift = new float[channels];
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    try (HostAccess access = HostAccess.reading(rows)) {
      sumMoments(access.floats(), length, shift, sum, squares);
    }
    double count = (double) length / channels;
    for (int c = 0; c < channels; c++) {
      double offset = sum[c] / count;
      mean[c] = shift[c] + offset;
      variance[c] = Math.max(0, squares[c] / count - offset * offset);
    }
  }

  private void sumMoments(
      FloatBuffer in, int length, float[] shift, double[] sum, double[] squares) {
    float[] x = Chunks.of(lanes).first;
    in.get(0, shift, 0, channels);
    Chunks.repeat(shift, tableA, lanes);
    int chunk = 0;
    for (int at = 0; at < length; at += lanes) {
      int n = Math.min(lanes, length - at);
      in.get(at, x, 0, n);
      addMoments(x, tableA, sumA, sumB, n);
      if (++chunk % FOLD == 0) {
        fold(sum, squares);
      }
    }
    fold(sum, squares);
  }

  /** {@code out = scale * x + shift}, and ReLU of it. */
  void affine(INDArray rows, float[] scale, float[] shift, boolean relu, INDArray out) {
    try (HostAccess from = HostAccess.reading(rows);
        HostAccess to = HostAccess.writing(out)) {
      affine(from.floats(), Math.toIntExact(rows.length()), scale, shift, relu, to.floats());
    }
  }

  private void affine(
      FloatBuffer in, int length, float[] scale, float[] shift, boolean relu, FloatBuffer to) {
    float[] x = Chunks.of(lanes).first;
    Chunks.repeat(scale, tableA, lanes);
    Chunks.repeat(shift, tableB, lanes);
    for (int at = 0; at < length; at += lanes) {
      int n = Math.min(lanes, length - at);
      in.get(at, x, 0, n);
      if (relu) {
        affineRelu(x, tableA, tableB, x, n);
      } else {
        affine(x, tableA, tableB, x, n);
      }
      to.put(at, x, 0, n);
    }
  }

  /**
   * Sums over each channel of {@code g} and of {@code g * (x - mean)}, where g is the gradient of
   * the output, through the ReLU where there is one.
   */
  void gradientSums(
      INDArray rows, INDArray gradient, Affine norm, float[] mean, double[] sum, double[] product) {
    Chunks.repeat(mean, tableC, lanes);
    tables(norm);
    Arrays.fill(sum, 0);
    Arrays.fill(product, 0);
    int length = Math.toIntExact(rows.length());
    try (HostAccess in = HostAccess.reading(rows);
        HostAccess from = HostAccess.reading(gradient)) {
      sumProducts(in.floats(), from.floats(), length, norm, sum, product);
    }
  }

  private void sumProducts(
      FloatBuffer in, FloatBuffer from, int length, Affine norm, double[] sum, double[] product) {
    Chunks chunks = Chunks.of(lanes);
    int chunk = 0;
    for (int at = 0; at < length; at += lanes) {
      int n = Math.min(lanes, length - at);
      in.get(at, chunks.first, 0, n);
      from.get(at, chunks.second, 0, n);
      gate(chunks, norm, n);
      addProducts(chunks.first, chunks.second, tableC, sumA, sumB, n);
      if (++chunk % FOLD == 0) {
        fold(sum, product);
      }
    }
    fold(sum, product);
  }

  /** {@code out = a * g + b * x + c} for each channel, with g as in {@link #gradientSums}. */
  void inputGradient(INDArray rows, INDArray gradient, Affine norm, float[][] abc, INDArray out) {
    tables(norm);
    Chunks.repeat(abc[0], tableC, lanes);
    Chunks.repeat(abc[1], tableD, lanes);
    Chunks.repeat(abc[2], tableE, lanes);
    int length = Math.toIntExact(rows.length());
    try (HostAccess in = HostAccess.reading(rows);
        HostAccess from = HostAccess.reading(gradient);
        HostAccess to = HostAccess.writing(out)) {
      combine(in.floats(), from.floats(), length, norm, to.floats());
    }
  }

  private void combine(FloatBuffer in, FloatBuffer from, int length, Affine norm, FloatBuffer to) {
    Chunks chunks = Chunks.of(lanes);
    for (int at = 0; at < length; at += lanes) {
      int n = Math.min(lanes, length - at);
      in.get(at, chunks.first, 0, n);
      from.get(at, chunks.second, 0, n);
      gate(chunks, norm, n);
      combine(chunks.first, chunks.second, tableC, tableD, tableE, n);
      to.put(at, chunks.second, 0, n);
    }
  }

  /** {@code y = scale * x + shift} of each channel, and whether ReLU follows. */
  record Affine(float[] scale, float[] shift, boolean relu) {}

  private void tables(Affine norm) {
    Chunks.repeat(norm.scale(), tableA, lanes);
    Chunks.repeat(norm.shift(), tableB, lanes);
  }

  /** Lets the gradient through where the output, computed again from x, is above 0. */
  private void gate(Chunks chunks, Affine norm, int n) {
    if (norm.relu()) {
      affineRelu(chunks.first, tableA, tableB, chunks.gate, n);
      chunks.keepWhereAbove(chunks.gate, chunks.second, n);
    }
  }

  private void fold(double[] a, double[] b) {
    for (int i = 0; i < lanes; i += channels) {
      for (int c = 0; c < channels; c++) {
        a[c] += sumA[i + c];
        b[c] += sumB[i + c];
      }
    }
    Arrays.fill(sumA, 0);
    Arrays.fill(sumB, 0);
  }

  private static void addMoments(float[] x, float[] shift, float[] sum, float[] squares, int n) {
    for (int i = 0; i < n; i++) {
      float d = x[i] - shift[i];
      sum[i] += d;
      squares[i] += d * d;
    }
  }

  private static void affine(float[] x, float[] scale, float[] shift, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = x[i] * scale[i] + shift[i];
    }
  }

  private static void affineRelu(float[] x, float[] scale, float[] shift, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(0f, x[i] * scale[i] + shift[i]);
    }
  }

  private static void addProducts(
      float[] x, float[] g, float[] mean, float[] sum, float[] product, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += g[i];
      product[i] += g[i] * (x[i] - mean[i]);
    }
  }

  private static void combine(float[] x, float[] g, float[] a, float[] b, float[] c, int n) {
    for (int i = 0; i < n; i++) {
      g[i] = a[i] * g[i] + (b[i] * x[i] + c[i]);
    }
  }
}
