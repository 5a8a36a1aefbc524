package io.millrace.recipe;

import io.millrace.wire.Elements;

/**
 * Passes over flat vectors on the host, in runs short enough for a first-level cache: one pass
 * where each element stands for itself, else one more for the norms that scale the gradient, or one
 * more to take the scaled step. Heap arrays, because JDK 17 vectorises loops over them and not over
 * direct buffers: measured 0.5 against 1.7 ns an element. Threads may update different elements
 * side by side.
 */
final class HostUpdate {
  static final int RUN = 2048;
  private static final ThreadLocal<Runs> RUNS = ThreadLocal.withInitial(Runs::new);

  private final Elements weights;
  private final Elements gradient;
  private final Elements state;
  private final long length;

  /**
   * An update of vectors.
   *
   * @param state null for an optimiser without state
   * @param length elements of the weights, and of each vector of the state
   */
  HostUpdate(Elements weights, Elements gradient, Elements state, long length) {
    this.weights = weights;
    this.gradient = gradient;
    this.state = state;
    this.length = length;
  }

  /** What a thread works on. */
  private static final class Runs {
    private final float[] w = new float[RUN];
    private final float[] g = new float[RUN];
    private float[][] state = {};

    float[][] state(int vectors) {
      if (state.length != vectors) {
        state = new float[vectors][RUN];
      }
      return state;
    }
  }

  /** Updates elements {@code from .. to}; one parameter where the optimiser scales by norms. */
  void update(UpdateStep step, long from, long to) {
    Runs runs = RUNS.get();
    Trust trust = step.optimizer().trust();
    double scale = trust == Trust.OF_GRADIENT ? ratioOfGradient(step, runs, from, to) : 1;
    double squaresW = 0;
    double squaresStep = 0;
    for (long start = from; start < to; start += RUN) {
      int n = (int) Math.min(RUN, to - start);
      direction(step, runs, start, n, scale);
      if (trust == Trust.OF_STEP) {
        squaresW += squares(runs.w, n);
        squaresStep += squares(runs.g, n);
        gradient.put(start, runs.g, n);
      } else {
        take(runs, start, n, (float) step.now().rate());
      }
    }
    if (trust == Trust.OF_STEP) {
      double ratio = ratio(step, squaresW, squaresStep);
      for (long start = from; start < to; start += RUN) {
        int n = (int) Math.min(RUN, to - start);
        weights.get(start, runs.w, n);
        gradient.get(start, runs.g, n);
        take(runs, start, n, (float) (ratio * step.now().rate()));
      }
    }
  }

  /** Leaves elements {@code from .. to} as they are, where they are read and written apart. */
  void keep(long from, long to) {
    float[] w = RUNS.get().w;
    for (long start = from; start < to; start += RUN) {
      int n = (int) Math.min(RUN, to - start);
      weights.get(start, w, n);
      weights.put(start, w, n);
    }
  }

  /** The sum of squares of the mean gradient of elements {@code from .. to}. */
  double squaresOfGradient(long from, long to, int examples) {
    float[] g = RUNS.get().g;
    double squares = 0;
    for (long start = from; start < to; start += RUN) {
      int n = (int) Math.min(RUN, to - start);
      gradient.get(start, g, n);
      squares += squares(g, n);
    }
    return squares / ((double) examples * examples);
  }

  private double ratioOfGradient(UpdateStep step, Runs runs, long from, long to) {
    double squaresW = 0;
    double squaresG = 0;
    for (long start = from; start < to; start += RUN) {
      int n = (int) Math.min(RUN, to - start);
      weights.get(start, runs.w, n);
      gradient.get(start, runs.g, n);
      mean(step, runs.g, n);
      squaresW += squares(runs.w, n);
      squaresG += squares(runs.g, n);
    }
    return ratio(step, squaresW, squaresG);
  }

  private static double ratio(UpdateStep step, double squaresW, double squares) {
    return step.optimizer()
        .ratio(Math.sqrt(squaresW), Math.sqrt(squares), step.decay(), step.now().rate());
  }

  /** Leaves the weights in {@code w} and the direction in {@code g}. */
  private void direction(UpdateStep step, Runs runs, long start, int n, double scale) {
    float[] w = runs.w;
    float[] g = runs.g;
    weights.get(start, w, n);
    gradient.get(start, g, n);
    float[][] s = runs.state(step.optimizer().stateVectors());
    for (int i = 0; i < s.length; i++) {
      state.get(i * length + start, s[i], n);
    }
    if (step.clips()) {
      mean(step, g, n);
      addDecay(g, w, n, (float) step.l2());
    } else {
      meanWithL2(g, w, n, step.examples(), (float) step.l2());
    }
    if (scale != 1) {
      times(g, n, (float) scale);
    }
    step.optimizer().direction(g, w, s, n, step.now());
    if (step.decoupled() != 0) {
      addDecay(g, w, n, (float) step.decoupled());
    }
    for (int i = 0; i < s.length; i++) {
      state.put(i * length + start, s[i], n);
    }
  }

  /** {@code w -= rate * d}. */
  private void take(Runs runs, long start, int n, float rate) {
    float[] w = runs.w;
    float[] g = runs.g;
    for (int i = 0; i < n; i++) {
      w[i] -= rate * g[i];
    }
    weights.put(start, w, n);
  }

  private static void mean(UpdateStep step, float[] g, int n) {
    float examples = step.examples();
    float factor = (float) step.clipFactor();
    float most = (float) step.clipValue();
    for (int i = 0; i < n; i++) {
      g[i] = Math.max(-most, Math.min(most, g[i] / examples * factor));
    }
  }

  private static void meanWithL2(float[] g, float[] w, int n, float examples, float l2) {
    for (int i = 0; i < n; i++) {
      g[i] = g[i] / examples + l2 * w[i];
    }
  }

  private static void addDecay(float[] g, float[] w, int n, float decay) {
    for (int i = 0; i < n; i++) {
      g[i] += decay * w[i];
    }
  }

  private static void times(float[] g, int n, float scale) {
    for (int i = 0; i < n; i++) {
      g[i] *= scale;
    }
  }

  private static double squares(float[] values, int n) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (double) values[i] * values[i];
    }
    return squares;
  }
}
